import { defineConfig } from 'vitest/config';

const long = 'test/**/*.long.test.ts';
// The SDK's notice of Node versions to come is no news to a test run.
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const short = { name: 'short', include: ['test/**/*.test.ts'], exclude: [long] };

export default defineConfig({
  test: {
    globalSetup: './test/services/setup.ts',
    maxWorkers: '100%',
    projects: [
      { test: { ...short, env, testTimeout: 60_000, hookTimeout: 120_000 } },
      { test: { name: 'long', include: [long], env, testTimeout: 600_000, hookTimeout: 120_000 } },
    ],
  },
});
