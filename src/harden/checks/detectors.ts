import { DescribeConfigurationRecorderStatusCommand } from '@aws-sdk/client-config-service';
import { GetDetectorCommand, paginateListDetectors } from '@aws-sdk/client-guardduty';
import { GetMacieSessionCommand } from '@aws-sdk/client-macie2';
import { collected } from '../../contain/account/paging.js';
import type { RegionCheck } from '../check.js';
import { awsCommand } from '../command.js';
import { read, Unreadable } from '../read.js';

export const guardDuty: RegionCheck = {
  id: 'guardduty',
  title: 'GuardDuty on',
  scope: 'region',
  risk: 'Nothing tells of a credential that is used from a strange place, or of an instance’s used outside of it.',
  async *run({ clients, accountId }, region) {
    const { guardDuty: client } = clients.in(region);
    const detectors = await read('guardduty:ListDetectors', () =>
      collected(paginateListDetectors({ client }, {}), ({ DetectorIds }) => DetectorIds),
    );
    if (detectors.length === 0)
      yield {
        severity: 'high',
        resource: accountId,
        finding: 'there is no detector',
        fix: awsCommand('guardduty create-detector', { enable: true, region }),
      };
    for (const DetectorId of detectors) {
      const { Status } = await read('guardduty:GetDetector', () => client.send(new GetDetectorCommand({ DetectorId })));
      if (Status !== 'ENABLED')
        yield {
          severity: 'high',
          resource: DetectorId,
          finding: 'the detector is off',
          fix: awsCommand('guardduty update-detector', { 'detector-id': DetectorId, enable: true, region }),
        };
    }
  },
};

/** Macie says that it is off with the error of a missing permission, and another text. */
async function macieStatus(request: () => Promise<{ status?: string | undefined }>): Promise<string | undefined> {
  try {
    return (await read('macie2:GetMacieSession', request)).status;
  } catch (error) {
    const isOff =
      error instanceof Unreadable &&
      (/macie is not enabled/i.test(error.message) || error.error === 'ResourceNotFoundException');
    if (isOff) return 'OFF';
    throw error;
  }
}

export const macie: RegionCheck = {
  id: 'macie',
  title: 'Macie on',
  scope: 'region',
  risk: 'Nobody knows which buckets hold what hurts, so nobody can say what a leaked credential has exposed.',
  async *run({ clients, accountId }, region) {
    const { macie: client } = clients.in(region);
    const status = await macieStatus(() => client.send(new GetMacieSessionCommand({})));
    if (status !== 'ENABLED')
      yield {
        severity: 'medium',
        resource: accountId,
        finding: status === 'PAUSED' ? 'Macie is paused' : 'Macie is off',
        fix:
          status === 'PAUSED'
            ? awsCommand('macie2 update-macie-session', { status: 'ENABLED', region })
            : awsCommand('macie2 enable-macie', { region }),
      };
  },
};

export const configRecorder: RegionCheck = {
  id: 'config-recorder',
  title: 'AWS Config recording',
  scope: 'region',
  risk: 'What an intruder changed can’t be told from what was there before, nor restored to it.',
  async *run({ clients, accountId }, region) {
    const { config } = clients.in(region);
    const { ConfigurationRecordersStatus = [] } = await read('config:DescribeConfigurationRecorderStatus', () =>
      config.send(new DescribeConfigurationRecorderStatusCommand({})),
    );
    if (ConfigurationRecordersStatus.some(({ recording }) => recording)) return;
    const [{ name } = {}] = ConfigurationRecordersStatus;
    yield {
      severity: 'medium',
      resource: name ?? accountId,
      finding: name === undefined ? 'there is no configuration recorder' : 'the configuration recorder is stopped',
      fix:
        name === undefined
          ? awsCommand('configservice put-configuration-recorder', {
              'configuration-recorder': 'name=default,roleARN=ROLE_ARN',
              'recording-group': 'allSupported=true,includeGlobalResourceTypes=true',
              region,
            })
          : awsCommand('configservice start-configuration-recorder', { 'configuration-recorder-name': name, region }),
    };
  },
};
