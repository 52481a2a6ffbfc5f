import type { LogName } from '../model/event.js';

/** ingest/jobs/NAME.yaml: where from, which log, where to, when. The schema beside the jobs says what each means. */
export interface Job {
  source: string;
  log?: LogName;
  store: string;
  queue?: string;
  follow?: boolean;
  every?: string;
  from?: string;
  to?: string;
  accounts?: string[];
  regions?: string[];
  profile?: string;
  region?: string;
  endpointUrl?: string;
  schedule?: string;
}
