// What Lambda's runtime does: loads the handler once, then hands it one invocation after another. A line in on
// standard input, `{event, remainingMs}`; a line out, `{response}` or `{error}`. Lambda's limits as far as a process has
// them: the folder of the code can't be written.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.argv[2]).href);
for await (const line of createInterface({ input: process.stdin })) {
  const { event, remainingMs } = JSON.parse(line);
  const end = performance.now() + remainingMs;
  const answer = await handler(event, { getRemainingTimeInMillis: () => end - performance.now() }).then(
    (response) => ({ response }),
    (error) => ({ error: error.message }),
  );
  console.log(JSON.stringify(answer));
}
