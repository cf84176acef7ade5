import { afterAll, vi } from 'vitest';

// Test files share processes: the clock and the globals that one has changed are as they were for the next.
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});
