import { expect, test } from 'vitest';
import { classify } from '../../src/enrich/address.js';

test.for([
  ['8.8.8.8', '8.8.8.8'],
  ['100.63.255.255', '100.63.255.255'],
  ['100.128.0.0', '100.128.0.0'],
  ['172.32.0.1', '172.32.0.1'],
  ['169.253.1.1', '169.253.1.1'],
  ['223.255.255.255', '223.255.255.255'],
  // Documentation ranges stand for public addresses wherever they are met.
  ['203.0.113.1', '203.0.113.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['2a05:d018:10::1', '2a05:d018:10::1'],
  ['::ffff:8.8.8.8', '8.8.8.8'],
  ['::FFFF:0808:0808', '8.8.8.8'],
  ['0:0:0:0:0:ffff:8.8.8.8', '8.8.8.8'],
  ['64:ff9b::8.8.4.4', '8.8.4.4'],
  ['2a00::%eth0', '2a00::'],
] as const)('%s is public, looked up as %s', ([text, ip]) => {
  expect(classify(text)).toEqual({ class: 'public', ip });
});

test.for([
  ['10.0.0.1', 'private use'],
  ['172.16.0.1', 'private use'],
  ['172.31.255.255', 'private use'],
  ['192.168.1.1', 'private use'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.127.255.255', 'carrier-grade NAT'],
  ['127.0.0.1', 'loopback'],
  ['0.0.0.0', 'this host'],
  ['169.254.169.254', 'link-local: the metadata service'],
  ['224.0.0.251', 'multicast'],
  ['251.228.255.218', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::ffff:10.1.2.3', 'private use, mapped'],
  ['::ffff:a9fe:a9fe', 'link-local, mapped'],
  ['64:ff9b::10.0.0.1', 'private use, behind NAT64'],
  ['fd00:ec2::254', 'unique local: the metadata service'],
  ['fe80::1%eth0', 'link-local'],
  ['febf::1', 'link-local'],
  ['ff02::1', 'multicast'],
])('%s is private: %s', ([text]) => {
  expect(classify(text!)).toEqual({ class: 'private', ip: null });
});

test.for([
  'AWS Internal',
  'cloudtrail.amazonaws.com',
  'trustedadvisor.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'ec2.amazonaws.com.cn',
  'EC2.AMAZONAWS.COM',
])('%s is a service of AWS', (text) => {
  expect(classify(text)).toEqual({ class: 'aws-service', ip: null });
});

test.for([
  '225.01.00.16',
  '253.252.51.07',
  '035.249.253.232',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '10.0.0.1 ',
  '10.0.0.1/8',
  '1::2::3',
  'amazonaws.com',
  'notamazonaws.com',
  'evil.notamazonaws.com',
  'ec2.amazonaws.com.example.org',
  'ec2.amazonaws.com\nec2.amazonaws.com',
  '-',
  'localhost',
  `${'a.'.repeat(200_000)}amazonaws.com`,
])('%s is invalid', (text) => {
  expect(classify(text)).toEqual({ class: 'invalid', ip: null });
});
