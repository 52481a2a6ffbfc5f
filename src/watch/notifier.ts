import type { Notice } from './notice.js';

/** Where notices go. */
export interface Notifier {
  /** For people: without what is secret in the address. */
  readonly name: string;
  /** Throws `notify_failed`; a notice may have arrived all the same. */
  send(notice: Notice): Promise<void>;
  close(): void;
}

export interface AwsSettings {
  profile?: string;
  region?: string;
  endpointUrl?: string;
}
