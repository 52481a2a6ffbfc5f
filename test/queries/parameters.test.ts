import { describe, expect, test } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { questionById } from '../../src/queries/load.js';
import { bindQuestion } from '../../src/queries/parameters.js';

const now = new Date('2026-03-08T12:00:00Z');
const key = ['AKIAIOSFODNN7EXAMPLE'];

function failure(id: string, given: Record<string, string[]>): KeytrailError {
  try {
    bindQuestion(questionById(id), given, now);
  } catch (error) {
    if (error instanceof KeytrailError) return error;
  }
  throw new Error('it was accepted');
}

describe('parameters', () => {
  test('are typed, and default where nothing is given', () => {
    const { values, scope } = bindQuestion(
      questionById('denied-burst'),
      {
        n: ['3'],
        from: ['7d'],
        to: ['2026-03-08'],
        accounts: ['111122223333, 444455556666'],
        key: ['AKIAIOSFODNN7EXAMPLE,ASIAIOSFODNN7EXAMPLE'],
      },
      now,
    );
    expect(values).toEqual({ n: 3, minutes: 10, limit: 1000 });
    expect(scope).toEqual({
      from: '2026-03-01T12:00:00Z',
      to: '2026-03-08T00:00:00Z',
      accounts: ['111122223333', '444455556666'],
      regions: [],
      keyIds: ['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'],
    });
  });

  test.for([
    ['key-timeline', {}, 'needs the credential'],
    ['key-timeline', { key: ['nonsense'] }, 'is no access key id'],
    ['key-timeline', { key, limit: ['ten'] }, 'takes a whole number from 1 to 1000000'],
    ['key-timeline', { key, limit: ['0'] }, 'takes a whole number'],
    ['key-timeline', { key, limit: ['1', '2'] }, 'takes one value'],
    ['key-timeline', { key, from: ['yesterday'] }, 'is no time'],
    ['key-timeline', { key, from: ['2026-02-31T99:00:00Z'] }, 'is no time'],
    ['key-timeline', { key, from: ['2026-03-02'], to: ['2026-03-01'] }, 'is not before'],
    ['key-timeline', { key, colour: ['red'] }, 'has no parameter "colour"'],
    ['internet-accepted', { ports: ['22,70000'] }, 'ports is "70000"'],
    ['console-logins', { key }, 'has no parameter "key"'],
  ] as const)('%s with %o is refused with what and what to do', ([id, given, message]) => {
    const error = failure(id, given as unknown as Record<string, string[]>);
    expect(error.code).toBe('bad_parameter');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(/\w/);
  });

  test('an unknown question names one that comes close', () => {
    expect(() => questionById('key-ownr')).toThrow(expect.objectContaining({ code: 'unknown_question', exitCode: 2 }));
    try {
      questionById('key-ownr');
    } catch (error) {
      expect((error as KeytrailError).hint).toContain('key-owner');
    }
  });
});
