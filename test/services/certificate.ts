import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** ASN.1 in DER: a tag, a length, what it holds. */
function tlv(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 128
      ? Buffer.from([length])
      : length < 256
        ? Buffer.from([0x81, length])
        : Buffer.from([0x82, length >> 8, length & 255]);
  return Buffer.concat([Buffer.from([tag]), size, content]);
}

const sequence = (...contents: Buffer[]): Buffer => tlv(0x30, ...contents);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const bits = (content: Buffer): Buffer => tlv(0x03, Buffer.from([0]), content);
const utc = (text: string): Buffer => tlv(0x17, Buffer.from(text));
const extension = (id: string, ...value: Buffer[]): Buffer => sequence(oid(id), ...value);
const octets = (content: Buffer): Buffer => tlv(0x04, content);

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = '550403';
const subjectAltName = '551d11';
const basicConstraints = '551d13';

export interface Certificate {
  /** PEM. */
  cert: string;
  key: string;
}

const pem = (der: Buffer): string =>
  ['-----BEGIN CERTIFICATE-----', ...der.toString('base64').match(/.{1,64}/g)!, '-----END CERTIFICATE-----', ''].join(
    '\n',
  );

/**
 * A certificate for 127.0.0.1, signed by itself: who trusts it trusts the server that has its key. Made here, so that
 * the tests need no openssl and the repository no key. Source: RFC 5280, section 4.1.
 */
export function selfSigned(name = 'keytrail test'): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const subject = sequence(tlv(0x31, sequence(oid(commonName), tlv(0x0c, Buffer.from(name)))));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ecdsaWithSha256,
    subject,
    sequence(utc('200101000000Z'), utc('491231235959Z')),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(
      0xa3,
      sequence(
        extension(basicConstraints, tlv(0x01, Buffer.from([0xff])), octets(sequence(tlv(0x01, Buffer.from([0xff]))))),
        extension(subjectAltName, octets(sequence(tlv(0x87, Buffer.from([127, 0, 0, 1]))))),
      ),
    ),
  );
  const signature = (key: KeyObject): Buffer => sign('sha256', toBeSigned, key);
  return {
    cert: pem(sequence(toBeSigned, ecdsaWithSha256, bits(signature(privateKey)))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
