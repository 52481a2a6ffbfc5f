/** ATT&CK's tactics, in the order of its matrix; queries/tactics.yaml says which techniques serve them. */
export const tacticNames: readonly string[] = [
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
];
