import { expect, test } from 'vitest';
import { parseAgent } from '../../src/enrich/agent.js';

test.for<[string, string, string | null, string | null]>([
  ['[aws-cli/1.18.136 Python/3.8.5 Darwin/19.5.0 botocore/1.17.59]', 'aws-cli', '1.18.136', 'macOS'],
  [
    'aws-cli/2.11.1 Python/3.9.13 Linux/5.10.109-106.104.amzn2.x86_64 exe/x86_64.aws prompt/off command/s3.ls',
    'aws-cli',
    '2.11.1',
    'Linux',
  ],
  [
    'aws-cli/2.27.1 md/awscrt#0.25.4 ua/2.1 os/windows#11 md/arch#amd64 lang/python#3.13.2',
    'aws-cli',
    '2.27.1',
    'Windows',
  ],
  ['aws-cli/1.14.44 Python/3.6.5 Linux/4.17.0-kali1-amd64 botocore/1.8.48', 'aws-cli', '1.14.44', 'Kali Linux'],
  [
    'Boto3/1.18.55 Python/3.9.8 Linux/4.14.246-198.474.amzn2.x86_64 exec-env/AWS_Lambda_python3.9 Botocore/1.21.55',
    'Boto3',
    '1.18.55',
    'Linux',
  ],
  [
    'Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/macos#23.2 md/arch#arm64 lang/python#3.12 Botocore/1.34.0',
    'Boto3',
    '1.34.0',
    'macOS',
  ],
  ['Botocore/1.31.0 Python/3.11.4', 'Botocore', '1.31.0', null],
  ['aws-sdk-go-v2/1.32.3 os/linux lang/go#1.23.1 md/GOOS#linux md/GOARCH#amd64', 'aws-sdk-go-v2', '1.32.3', 'Linux'],
  ['aws-sdk-go/1.44.0 (go1.19; darwin; arm64)', 'aws-sdk-go', '1.44.0', 'macOS'],
  [
    'aws-sdk-js/3.438.0 ua/2.0 os/linux#5.10 lang/js md/nodejs#18.18.2 api/s3#3.438.0',
    'aws-sdk-js',
    '3.438.0',
    'Linux',
  ],
  [
    'APN/1.0 HashiCorp/1.0 Terraform/1.3.7 (+https://www.terraform.io) terraform-provider-aws/4.50.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go/1.44.175 (go1.19.5; linux; amd64)',
    'Terraform',
    '1.3.7',
    'Linux',
  ],
  [
    'AWSPowerShell.Common/4.1.10 .NET_Core/6.0 OS/Microsoft_Windows_10.0 PowerShellCore/7.2',
    'AWS Tools for PowerShell',
    '4.1.10',
    'Windows',
  ],
  ['[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.783 Linux/4.9.217]', 'S3Console', '0.4', 'Linux'],
  ['EC2ConsoleFrontend, aws-internal/3 aws-sdk-java/1.11.848 Linux/4.9.217-0.1', 'AWS Internal', '3', 'Linux'],
  ['S3 Browser/10.9.9 (https://s3browser.com)', 'S3 Browser', '10.9.9', null],
  ['rclone/v1.65.0', 'rclone', '1.65.0', null],
  ['awslambda-worker/1.0 rusoto/0.47.0 rust/1.56.1 linux', 'awslambda-worker', '1.0', 'Linux'],
  ['stratus-red-team_ea782787-a65d-4fc4-9fca-1c97869a9a25', 'stratus-red-team', null, null],
  ['console.ec2.amazonaws.com', 'console.ec2.amazonaws.com', null, null],
  ['AWS Internal', 'AWS Internal', null, null],
  ['AWS Lambda Scheduler', 'AWS Lambda Scheduler', null, null],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    'Chrome',
    '126.0.0.0',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.56',
    'Edge',
    '126.0.2592.56',
    'Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0', 'Firefox', '115.0', 'Linux'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
    'Safari',
    '17.4',
    'macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/123.0 Mobile/15E148 Safari/604.1',
    'Chrome',
    '123.0',
    'iOS',
  ],
])('%s', ([text, name, version, os]) => {
  expect(parseAgent(text)).toEqual({ name, version, os });
});

test.for(['', '-', '[]', '()', '💣', '<script>alert(1)</script>', 'Mozilla/5.0', '../../etc/passwd'])(
  '%s names nothing',
  (text) => {
    expect(parseAgent(text)).toBeNull();
  },
);

test('an agent that is made to be slow is not', () => {
  const started = performance.now();
  for (const piece of ['a/', 'a-', 'a.amazonaws.', '[[', 'Linux', 'S3 Browser ']) parseAgent(piece.repeat(100_000));
  expect(performance.now() - started).toBeLessThan(1000);
});
