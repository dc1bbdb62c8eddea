/** Watches how late timers are, as those of any process on this machine. @returns the mean so far, ms; ends the watch */
export function watchTimers(everyMs = 20): () => number {
  let total = 0;
  let count = 0;
  let due = performance.now() + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    total += Math.max(0, now - due);
    count++;
    due = now + everyMs;
  }, everyMs);
  return () => {
    clearInterval(timer);
    return count === 0 ? 0 : total / count;
  };
}
