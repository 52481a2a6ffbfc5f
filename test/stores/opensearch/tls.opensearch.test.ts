import { expect, test } from 'vitest';
import { selfSigned } from '../../services/certificate.js';
import { opensearchOrSkip } from '../../services/index.js';
import { eventOf, withStore } from './node.js';
import { tlsFront } from './tls-front.js';

const certificate = selfSigned();
const user = { username: 'ana', password: 'pä:ss wörd' };

test.for([
  ['its own authority and a user', { ca: certificate.cert, ...user }, null],
  ['an authority that Node does not know', user, { code: 'store_unreachable', hint: expect.stringContaining('--ca') }],
  ['another authority', { ca: selfSigned().cert, ...user }, { code: 'store_unreachable' }],
  ['no user', { ca: certificate.cert }, { code: 'store_denied' }],
  ['a wrong password', { ca: certificate.cert, username: 'ana', password: 'x' }, { code: 'store_denied' }],
] as const)('a cluster with TLS, met with %s', async ([, options, failure], context) => {
  const node = opensearchOrSkip(context);
  const front = await tlsFront(node, certificate, `${user.username}:${user.password}`);
  try {
    const written = withStore(
      `https://${front.host}`,
      async ({ store }) => {
        expect(await store.write('cloudtrail', [eventOf('a')])).toEqual(['stored']);
      },
      options,
      node,
    );
    await (failure ? expect(written).rejects.toMatchObject(failure) : written);
  } finally {
    await front.close();
  }
});
