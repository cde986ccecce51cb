/** Runs what is ours so that its failure is nobody else's. */
export function guard(action: () => void): void {
  try {
    action();
  } catch {
    // It costs the trace, not the invocation.
  }
}
