// Reads one object with the build's parser: node read-object.mjs LOG PATH, bytes on standard input. Prints what became
// of it as JSON. Started with a small heap by the tests of bounded memory.
import { parsers } from '../../dist/logs/parser.js';
import { inflate } from '../../dist/s3/gunzip.js';

const [log, path] = process.argv.slice(2);
const origin = { log, account: null, region: null, day: null, path };
const found = { events: 0, reasons: [], raw: 0, error: null, rss: 0 };
const sample = () => (found.rss = Math.max(found.rss, process.memoryUsage.rss()));
const timer = setInterval(sample, 20);
try {
  for await (const batch of parsers[log].parse(inflate(process.stdin), origin)) {
    for (const one of batch) {
      if (!one.rejected) found.events++;
      else {
        found.reasons.push(one.reason);
        found.raw = Math.max(found.raw, one.raw.length);
      }
    }
    sample();
  }
} catch (error) {
  found.error = { code: error.code, message: error.message };
}
clearInterval(timer);
console.log(JSON.stringify(found));
