import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { KeytrailError, reasonOf } from '../errors.js';
import { packagePath } from '../model/paths.js';
import { readText } from '../model/read-file.js';
import type { Job } from './job.js';
import { jobFolders, jobNames } from './names.js';

const folder = 'ingest/jobs';
const hint = 'ingest/jobs/schema.json says what a job holds; ingest/jobs/example.yaml is one.';

let validate: ValidateFunction<Job> | undefined;

function validator(): ValidateFunction<Job> {
  validate ??= new Ajv({ verbose: true }).compile<Job>(
    JSON.parse(readFileSync(packagePath(`${folder}/schema.json`), 'utf8')),
  );
  return validate;
}

/** Which key is wrong, and how; the value is not told, since it may be a secret in the wrong place. */
function complaint({ instancePath, keyword, message, params, parentSchema }: ErrorObject): string {
  const key = instancePath.slice(1).replaceAll('/', '.') || 'the job';
  if (keyword === 'additionalProperties')
    return `${key} has the unknown key ${JSON.stringify(params.additionalProperty)}`;
  if (keyword === 'required') return `${key} lacks ${params.missingProperty}`;
  if (keyword === 'enum') return `${key} must be one of ${params.allowedValues.join(', ')}`;
  if (keyword === 'pattern') return `${key} is malformed${meantBy(parentSchema)}`;
  return `${key} ${message}${meantBy(parentSchema)}`;
}

function meantBy(schema: unknown): string {
  const description = (schema as { description?: string } | undefined)?.description;
  return description === undefined ? '' : ` (${description.replace(/\.$/, '')})`;
}

/** A path as it is; a name in ./ingest/jobs, then in the package's own. */
function fileOf(nameOrPath: string): string {
  if (/[/\\]|\.ya?ml$/.test(nameOrPath)) return nameOrPath;
  for (const directory of jobFolders())
    for (const ending of ['yaml', 'yml']) {
      const file = join(directory, `${nameOrPath}.${ending}`);
      if (existsSync(file)) return file;
    }
  throw new KeytrailError('usage', `there is no job ${JSON.stringify(nameOrPath)} in ${folder}`, {
    hint: `There is ${jobNames().join(', ')}; or give the path of a file.`,
  });
}

/**
 * A job by name or by path.
 * @throws KeytrailError `usage` when there is none, `bad_contract` with file and key when it is not as the schema says.
 */
export function loadJob(nameOrPath: string): Job {
  const file = fileOf(nameOrPath);
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    throw new KeytrailError('usage', `can't read the job ${file}: ${reasonOf(error)}`, { hint, cause: error });
  }
  const fail = (message: string, cause?: unknown): never => {
    throw new KeytrailError('bad_contract', `${file}: ${message}`, { hint, cause });
  };
  let job: unknown;
  try {
    job = parse(text);
  } catch (error) {
    return fail(reasonOf(error).split('\n')[0]!, error);
  }
  const check = validator();
  if (!check(job)) return fail(complaint(check.errors![0]!));
  if (/\/\/[^/]*@/.test(job.store))
    return fail('store holds a user or password: they belong in KEYTRAIL_OPENSEARCH_USERNAME and …_PASSWORD');
  return job;
}
