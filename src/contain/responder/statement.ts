/** Operator → key → value or values. */
export type Condition = Record<string, Record<string, string | string[]>>;

/** A statement of an IAM policy ("IAM JSON policy element reference"). */
export interface Statement {
  /** Letters and digits. */
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: string[];
  Condition?: Condition;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Statement[];
}
