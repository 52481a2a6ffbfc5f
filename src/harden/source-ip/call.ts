/** A row of the question `client-actions`. */
export interface ClientAction {
  access_key_id: string | null;
  source_ip: string | null;
  user_agent: string | null;
  vpc_endpoint_id: string | null;
  invoked_by: string | null;
  event_source: string | null;
  event_name: string | null;
  events: number;
  failed: number;
  last_seen: string | null;
}

/** A row of the question `key-owner`. */
export interface KeyOwner {
  access_key_id: string | null;
  account_id: string | null;
  principal_type: string | null;
  arn: string | null;
  issuer_arn: string | null;
}

/** What kind of address a log has; `ip` is that of a public one in its plain form. */
export type Classify = (text: string) => { class: 'public' | 'private' | 'aws-service' | 'invalid'; ip: string | null };

/** What IAM knows of where a request comes from (IAM user guide: AWS global condition context keys). */
export interface RequestContext {
  /** Absent for requests through a VPC endpoint. */
  'aws:SourceIp'?: string;
  /** Present for those only. */
  'aws:SourceVpce'?: string;
  'aws:ViaAWSService': 'true' | 'false';
}

/** Log text: what looks otherwise is no endpoint, and must not get into a policy. */
const endpointId = /^vpce-[0-9a-z]{1,32}$/;

export function contextOf(
  { source_ip, vpc_endpoint_id, invoked_by }: ClientAction,
  classify: Classify,
): RequestContext {
  const address = classify(source_ip ?? '');
  if (invoked_by !== null || address.class === 'aws-service') return { 'aws:ViaAWSService': 'true' };
  if (vpc_endpoint_id !== null && endpointId.test(vpc_endpoint_id))
    return { 'aws:ViaAWSService': 'false', 'aws:SourceVpce': vpc_endpoint_id };
  return {
    'aws:ViaAWSService': 'false',
    ...(source_ip === null || address.class === 'invalid' ? {} : { 'aws:SourceIp': address.ip ?? source_ip }),
  };
}

/** Calls that no identity policy can refuse (AWS STS API reference: GetCallerIdentity; IAM user guide: Permissions for GetSessionToken). */
const ungovernable = new Set(['sts.amazonaws.com GetCallerIdentity', 'sts.amazonaws.com GetSessionToken']);

/** Whether any policy of the caller is asked; a sign-in comes before all policies. */
export const isGoverned = ({ event_source, event_name }: ClientAction): boolean =>
  event_source !== 'signin.amazonaws.com' && !ungovernable.has(`${event_source} ${event_name}`);
