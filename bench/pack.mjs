/** Every question of the pack, bound to the incident that is in the generated logs. */

import { isAnswerable } from '../dist/queries/ask.js';
import { allQuestions } from '../dist/queries/load.js';
import { bindQuestion, parametersOf } from '../dist/queries/parameters.js';

/** What a responder would give, by the name of the parameter. */
function given({ incident, closure, questions }) {
  const [owner] = questions['key-owner'][0].rows;
  return {
    user: [incident.userName],
    principal_id: [owner.principal_id],
    subject: [incident.keyId],
    issued: closure.slice(1).map(({ accessKeyId }) => accessKeyId),
    arns: closure.flatMap(({ issuedArn }) => issuedArn ?? []),
    ip: [incident.attackerIps[0]],
    ips: [...incident.attackerIps, ...incident.egressAddresses],
    t0: [incident.from],
  };
}

/**
 * The questions that an engine of this kind answers: of the key and all that was issued from it where they take keys,
 * and of the whole trail where they can do without.
 */
export function packOf(answers, kind) {
  const now = new Date();
  const values = given(answers);
  const key = answers.closure.map(({ accessKeyId }) => accessKeyId);
  return allQuestions()
    .filter((question) => isAnswerable({ uri: `${kind}:` }, question))
    .flatMap((question) => {
      const own = Object.fromEntries(
        parametersOf(question).flatMap(({ name }) => (values[name] ? [[name, values[name]]] : [])),
      );
      if (question.views.includes('baseline')) own.from = [answers.incident.from];
      const bound = (more) => bindQuestion(question, { ...own, ...more }, now);
      return [
        ...(question.key === 'none' ? [] : [{ name: `${question.id} of a key`, bound: bound({ key }) }]),
        ...(question.key === 'required' ? [] : [{ name: question.id, bound: bound({}) }]),
      ];
    });
}
