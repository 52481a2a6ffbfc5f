import type { Caller } from './record.js';
import type { PlannedCall, Story } from './story.js';
import type { Villain } from './villain.js';
import { homeRegions, production } from './world.js';

const home = homeRegions[0]!;
const agent =
  'aws-cli/2.22.12 md/awscrt#0.22.0 ua/2.0 os/linux#6.1.119-129.201.amzn2023.x86_64 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython exec-env/CodePipeline cfg/retry-mode#standard md/installer#exe md/prompt#off';

/** The runner of the CI, which the key was made for. */
export const ciAddress = '198.51.100.23';

interface Step extends PlannedCall {
  weight: number;
  /** The call goes through the runner's VPC endpoint. */
  inside?: boolean;
}

const clusterArn = `arn:aws:ecs:${home}:${production}:cluster/shop`;
const imageTopic = `arn:aws:sns:${home}:${production}:deployments`;
const functionArn = `arn:aws:lambda:${home}:${production}:function:order-intake`;

const steps: readonly Step[] = [
  { weight: 14, service: 'sts', name: 'GetCallerIdentity', readOnly: true },
  { weight: 10, service: 'ecr', name: 'GetAuthorizationToken', readOnly: true, inside: true },
  {
    weight: 20,
    service: 'cloudformation',
    name: 'DescribeStacks',
    readOnly: true,
    requestParameters: { stackName: 'orders-service' },
  },
  {
    weight: 12,
    service: 'ecs',
    name: 'DescribeServices',
    readOnly: true,
    requestParameters: { cluster: clusterArn, services: ['orders'] },
    arns: [clusterArn],
  },
  {
    weight: 6,
    service: 'ecs',
    name: 'UpdateService',
    readOnly: false,
    requestParameters: { cluster: clusterArn, service: 'orders', forceNewDeployment: true },
    arns: [clusterArn],
  },
  {
    weight: 6,
    service: 'lambda',
    name: 'UpdateFunctionCode20150331v2',
    readOnly: false,
    requestParameters: {
      functionName: functionArn,
      s3Bucket: 'meadow-artifacts',
      s3Key: 'order-intake.zip',
      publish: true,
      dryRun: false,
    },
    resources: [{ accountId: production, type: 'AWS::Lambda::Function', ARN: functionArn }],
    arns: [functionArn],
  },
  {
    weight: 6,
    service: 'sns',
    name: 'GetTopicAttributes',
    readOnly: true,
    requestParameters: { topicArn: imageTopic },
    arns: [imageTopic],
  },
];

/** The calls that the key was made for, evenly spread, each in a second of its own. */
export function tellCi(
  story: Story,
  villain: Villain,
  calls: number,
  from: number,
  to: number,
  vpcEndpointId: string,
): void {
  const { random } = story;
  const { scan } = villain.callers;
  const runner: Caller = { identity: scan.identity, sourceIp: ciAddress, userAgent: agent };
  const inside: Caller = { ...runner, sourceIp: '10.0.9.23', vpcEndpointId };
  const pace = (to - from) / calls;
  for (let index = 0; index < calls; index++) {
    const time = Math.floor(from + (index + random.fraction()) * pace);
    const { weight: _weight, inside: through, ...call } = random.weighted(steps);
    const error = random.chance(0.02) ? (['ThrottlingException', 'Rate exceeded'] as const) : null;
    story.tell({ accountId: production, region: home, time }, through ? inside : runner, { ...call, error });
  }
}
