import { KeytrailError } from '../../errors.js';

export interface Location {
  workGroup: string;
  database: string;
  /** `athena:WORKGROUP/DATABASE`. */
  uri: string;
}

/** The names that Athena's API allows for a workgroup. */
const workGroupName = /^[A-Za-z0-9._-]{1,128}$/;
/** What Glue recommends, and the hyphen that it tolerates. */
const databaseName = /^[A-Za-z0-9_-]{1,255}$/;

/** Takes `WORKGROUP/DATABASE` apart; the data catalog is always the account's own. Throws `usage`. */
export function parseLocation(rest: string): Location {
  const [workGroup = '', database = '', ...more] = rest.split('/');
  if (more.length > 0 || !workGroupName.test(workGroup) || !databaseName.test(database))
    throw new KeytrailError('usage', `${JSON.stringify(`athena:${rest}`)} names no workgroup and database`, {
      hint: 'Give athena:WORKGROUP/DATABASE, such as athena:primary/security_logs.',
    });
  return { workGroup, database, uri: `athena:${workGroup}/${database}` };
}
