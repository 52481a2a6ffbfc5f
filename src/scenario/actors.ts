import {
  type Action,
  functionActions,
  instanceActions,
  personActions,
  podActions,
  podTakesRole,
  recorderActions,
  type Scene,
  scalerActions,
  serviceAssumesRole,
} from './actions.js';
import { assumedRole, awsService, type Principal, roleOf, type Session, sessionOf } from './identities.js';
import { type Random, randomOf } from './random.js';
import type { Call, Caller } from './record.js';
import { addressOf, type Cell, oidcProviderOf, people } from './world.js';

/** Somebody or something that calls APIs on normal days in one account and Region. */
export interface Actor {
  weight: number;
  caller: (time: number) => Caller;
  call: (scene: Scene) => Call;
}

const hours = (count: number) => count * 3600;

interface RoleUser {
  role: Principal;
  sessionName: string;
  /** How long one session is used, in seconds. */
  period: number;
  /** Makes the caller of a session. */
  caller: (session: Session) => Caller;
  actions: readonly Action[];
}

/** An actor whose sessions follow each other; the caller of the current one is kept. */
function sessions(seed: number, weight: number, user: RoleUser): Actor {
  let current: { created: number; caller: Caller } | null = null;
  return {
    weight,
    caller: (time) => {
      const created = time - (time % user.period);
      if (current?.created !== created)
        current = { created, caller: user.caller(sessionOf(seed, user.role, user.sessionName, created)) };
      return current.caller;
    },
    call: (scene) => scene.random.weighted(user.actions).call(scene),
  };
}

const agents = {
  java: 'aws-sdk-java/2.29.45 md/io#async md/http#NettyNio ua/2.1 os/Linux#6.1.119-129.201.amzn2023.x86_64 lang/java#17.0.13 md/OpenJDK_64-Bit_Server_VM#17.0.13+11-LTS md/vendor#Amazon.com_Inc. md/en_US cfg/retry-mode#standard m/D',
  node: 'aws-sdk-js/3.716.0 ua/2.1 os/linux#5.10.230-240.907.amzn2.x86_64 lang/js md/nodejs#20.18.1 exec-env/AWS_Lambda_nodejs20.x m/E',
  go: 'aws-sdk-go-v2/1.32.7 ua/2.1 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#amd64 api/s3#1.71.1 m/E,g',
  cli: 'aws-cli/2.22.26 md/awscrt#0.23.4 ua/2.0 os/macos#24.2.0 md/arch#arm64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off',
  browser:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
};

function instances(seed: number, cell: Cell): Actor[] {
  const role = roleOf(seed, cell.accountId, 'web-tier');
  return cell.instances.map((instance, index) =>
    sessions(seed, 3, {
      role,
      sessionName: instance,
      period: hours(6),
      actions: instanceActions,
      caller: (session) => ({
        identity: assumedRole(role, instance, session, { ec2RoleDelivery: '2.0' }),
        sourceIp: index % 3 === 0 ? `10.0.${index}.${20 + index}` : cell.natAddress,
        userAgent: agents.java,
        ...(index % 3 === 0 && { vpcEndpointId: cell.vpcEndpointId }),
      }),
    }),
  );
}

function functions(seed: number, cell: Cell): Actor[] {
  const role = roleOf(seed, cell.accountId, 'order-worker');
  return cell.functions.map((name) =>
    sessions(seed, 4, {
      role,
      sessionName: name,
      period: hours(4),
      actions: functionActions,
      caller: (session) => ({
        identity: assumedRole(role, name, session),
        sourceIp: `203.0.113.${150 + cell.functions.indexOf(name)}`,
        userAgent: agents.node,
      }),
    }),
  );
}

const podSession = (cell: Cell): string => `checkout-${cell.keyArn.slice(-10)}`;

function pods(seed: number, cell: Cell): Actor[] {
  const role = roleOf(seed, cell.accountId, 'checkout');
  return [
    sessions(seed, 14, {
      role,
      sessionName: podSession(cell),
      period: hours(12),
      actions: podActions,
      caller: (session) => ({
        identity: assumedRole(role, podSession(cell), session, { federatedProvider: oidcProviderOf(cell) }),
        sourceIp: cell.natAddress,
        userAgent: agents.go,
      }),
    }),
  ];
}

function persons(seed: number, cell: Cell): Actor[] {
  const role = roleOf(
    seed,
    cell.accountId,
    'AWSReservedSSO_PowerUser_5f0c1a2b3d4e6f70',
    `/aws-reserved/sso.amazonaws.com/`,
  );
  return people.map((person, index) =>
    sessions(seed, 1, {
      role,
      sessionName: person,
      period: hours(8),
      actions: personActions,
      caller: (session) => ({
        identity: assumedRole(role, person, session),
        sourceIp: addressOf(person),
        userAgent: index % 2 === 0 ? agents.browser : agents.cli,
        ...(index % 2 === 0 && { console: true }),
      }),
    }),
  );
}

/** A service-linked role: the service calls under it, and its host name stands for the address. */
function linked(
  seed: number,
  cell: Cell,
  weight: number,
  name: string,
  host: string,
  actions: readonly Action[],
): Actor {
  const role = roleOf(seed, cell.accountId, name, `/aws-service-role/${host}/`);
  const sessionName = name.replace('AWSServiceRoleFor', '');
  return sessions(seed, weight, {
    role,
    sessionName,
    period: hours(1),
    actions,
    caller: (session) => ({
      identity: assumedRole(role, sessionName, session, { invokedBy: host }),
      sourceIp: host,
      userAgent: host,
    }),
  });
}

/** Services that take a role for a workload. */
function services(cell: Cell): Actor[] {
  const actor = (weight: number, host: string, call: (scene: Scene) => Call): Actor => {
    const caller = { identity: awsService(host), sourceIp: host, userAgent: host };
    return { weight, caller: () => caller, call };
  };
  const since = (time: number, period: number) => time - (time % period);
  return [
    actor(4, 'ec2.amazonaws.com', (scene) =>
      serviceAssumesRole(scene, 'web-tier', scene.random.pick(cell.instances), since(scene.time, hours(6))),
    ),
    actor(5, 'lambda.amazonaws.com', (scene) =>
      serviceAssumesRole(scene, 'order-worker', scene.random.pick(cell.functions), since(scene.time, hours(4))),
    ),
  ];
}

function webIdentity(cell: Cell): Actor {
  const userName = 'system:serviceaccount:shop:checkout';
  const identityProvider = oidcProviderOf(cell);
  const caller: Caller = {
    identity: {
      type: 'WebIdentityUser',
      principalId: `${identityProvider}:sts.amazonaws.com:${userName}`,
      userName,
      identityProvider,
    },
    sourceIp: cell.natAddress,
    userAgent: agents.go,
  };
  return {
    weight: 2,
    caller: () => caller,
    call: (scene) => podTakesRole(scene, 'checkout', podSession(cell), scene.time - (scene.time % hours(12))),
  };
}

export interface Cast {
  actors: Actor[];
  random: Random;
}

/** Everybody who works in a cell, and the cell's own random numbers. */
export function castOf(seed: number, cell: Cell): Cast {
  return {
    random: randomOf(seed, 'background', cell.accountId, cell.region),
    actors: [
      ...instances(seed, cell),
      ...functions(seed, cell),
      ...pods(seed, cell),
      ...persons(seed, cell),
      ...services(cell),
      webIdentity(cell),
      linked(seed, cell, 7, 'AWSServiceRoleForConfig', 'config.amazonaws.com', recorderActions),
      linked(seed, cell, 6, 'AWSServiceRoleForAutoScaling', 'autoscaling.amazonaws.com', scalerActions),
    ],
  };
}
