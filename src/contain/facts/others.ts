import { readConcurrency, readOidcProvider, readSamlProvider } from '../account/others.js';
import type { FactKind } from './kind.js';

export const functionConcurrency: FactKind = {
  read: readConcurrency,
  calls(region, name, _from, to) {
    const FunctionName = name;
    if (to === null) return [{ service: 'lambda', region, call: 'DeleteFunctionConcurrency', input: { FunctionName } }];
    const input = { FunctionName, ReservedConcurrentExecutions: to };
    return [{ service: 'lambda', region, call: 'PutFunctionConcurrency', input }];
  },
};

export const oidcProvider: FactKind = {
  read: readOidcProvider,
  calls(arn, _name, _from, to) {
    if (to === null)
      return [{ service: 'iam', call: 'DeleteOpenIDConnectProvider', input: { OpenIDConnectProviderArn: arn } }];
    return [{ service: 'iam', call: 'CreateOpenIDConnectProvider', input: { Settings: to } }];
  },
};

export const samlProvider: FactKind = {
  read: readSamlProvider,
  calls(arn, _name, _from, to) {
    if (to === null) return [{ service: 'iam', call: 'DeleteSAMLProvider', input: { SAMLProviderArn: arn } }];
    return [{ service: 'iam', call: 'CreateSAMLProvider', input: { Settings: to } }];
  },
};
