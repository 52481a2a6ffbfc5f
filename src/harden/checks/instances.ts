import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { collected } from '../../contain/account/paging.js';
import type { RegionCheck } from '../check.js';
import { awsCommand } from '../command.js';
import { read } from '../read.js';

export const imdsV1: RegionCheck = {
  id: 'imdsv1',
  title: 'Instances whose metadata answers without a token',
  scope: 'region',
  risk: 'A web application that fetches any address hands out the credentials of the instance’s role.',
  async *run({ clients }, region) {
    const { ec2 } = clients.in(region);
    const instances = await read('ec2:DescribeInstances', () =>
      collected(paginateDescribeInstances({ client: ec2 }, {}), ({ Reservations = [] }) =>
        Reservations.flatMap(({ Instances = [] }) => Instances),
      ),
    );
    for (const { InstanceId = '', MetadataOptions, State, IamInstanceProfile } of instances) {
      const gone = State?.Name === 'terminated' || State?.Name === 'shutting-down';
      if (gone || MetadataOptions?.HttpTokens === 'required' || MetadataOptions?.HttpEndpoint === 'disabled') continue;
      const profile = IamInstanceProfile?.Arn?.split('/').at(-1);
      yield {
        severity: profile === undefined ? 'medium' : 'high',
        resource: InstanceId,
        finding: `IMDSv1 is allowed${profile === undefined ? '' : `, and it has the instance profile ${profile}`}`,
        fix: awsCommand('ec2 modify-instance-metadata-options', {
          'instance-id': InstanceId,
          'http-tokens': 'required',
          'http-endpoint': 'enabled',
          region,
        }),
      };
    }
  },
};
