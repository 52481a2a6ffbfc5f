import { expect, it } from 'vitest';
import { describeWith } from './index.js';
import { securedCall, superuser } from './opensearch-secured.js';

describeWith('secured', 'a node with the Security plugin', (url, files) => {
  const ask = (password: string) =>
    securedCall({ url, files }, { ...superuser, password }, 'GET', '/_plugins/_security/authinfo');

  it('knows its users', async () => {
    expect(await ask(superuser.password)).toMatchObject({ status: 200, body: { roles: ['own_index', 'all_access'] } });
    expect(await ask('wrong')).toMatchObject({ status: 401 });
  });
});
