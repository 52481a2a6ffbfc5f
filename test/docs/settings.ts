/** What a page's commands need that the page does not show: it goes on from where another one ended. */
export const before: Record<string, readonly string[]> = {
  'docs/deployment.md': [
    'mkdir -p /etc/keytrail/secrets',
    'echo Kt1-generated > /etc/keytrail/secrets/keytrail-ingest',
  ],
  'docs/doctor.md': ['keytrail setup opensearch --store opensearch:https://logs.example:9200'],
  'docs/monitor.md': [
    'keytrail contain plan AKIA… --store duckdb:incident.duckdb --out plan.json',
    'keytrail contain apply --plan plan.json',
  ],
};

/** Commands that end otherwise than with 0 in the test's world, and why. */
export const ends: readonly { command: RegExp; code: number; because: string }[] = [
  {
    command: /contain verify .*--store/,
    code: 4,
    because: 'the logs end before the containment: nothing was ingested since',
  },
  { command: /coverage s3:/, code: 3, because: 'the generated trail has no digests: nothing vouches for its files' },
  { command: /keytrail validate s3:/, code: 3, because: 'the generated trail has no digests' },
  { command: /contain status /, code: 3, because: 'the logs end before the containment: too little is known' },
  { command: /contain delete .*--dry-run/, code: 1, because: 'the key was deactivated a moment ago' },
  {
    command: /contain evidence AKIA/,
    code: 3,
    because: 'moto has no service-specific credentials: that piece is missing',
  },
  { command: /contain rotate .*--undo/, code: 3, because: 'a file keeps no old value: it goes on with the new key' },
  { command: /keytrail (?:-- )?harden (?!ip-policy)/, code: 3, because: "the test's account is not hardened" },
];

/** Commands that go on until they are stopped: each is told to, once it has said this. */
export const endless: readonly { command: RegExp; ready: RegExp }[] = [
  { command: /keytrail (?:-- )?serve /, ready: /^http:\/\/127\.0\.0\.1:\d+\/\?token=/m },
  { command: / --follow\b/, ready: /started/ },
  { command: /keytrail (?:-- )?watch (?!.*--once)/, ready: /watching/ },
];

/** Commands that are not run, and why; those of keytrail are parsed all the same. */
export const notRun: readonly { command: RegExp; because: string }[] = [
  {
    command: /^npm (?:test\b|run (?:-s )?(?:test:(?:all|nodes)|check|bench))/,
    because: 'it runs the tests or measures',
  },
  { command: /^npm run (?:format|generate|picture|build:lambda)/, because: 'it writes into the checkout' },
  { command: /^npm (?:pack|install)\b/, because: 'test/deploy/pack.long.test.ts does it, in a folder of its own' },
  {
    command: /^(?:aws|curl|docker|install|kubectl|sam|systemctl) /,
    because: 'the program is not keytrail’s; test/deploy checks the files that it is given',
  },
];
