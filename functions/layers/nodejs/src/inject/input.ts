/**
 * The input of a request is the caller's own object, and the only way into the request. While the request is under way,
 * single fields of it hold copies; once it is answered they hold again what the caller had put there. So nobody keeps an
 * object that we wrote to, and a second attempt with the same input begins with what the first one began with.
 */
type Input = Record<string, unknown>;

interface Field {
  readonly had: boolean;
  readonly original: unknown;
  /** Whether a value is what this request's hooks put there, and not the caller's since. */
  readonly isOurs: (value: unknown) => boolean;
}

interface Loan {
  readonly fields: Map<string, Field>;
  /** Requests under way with this input. */
  requests: number;
}

const loans = new WeakMap<Input, Loan>();

/** Begins a request. */
export function borrow(input: Input): void {
  const loan = loans.get(input);
  if (loan === undefined) {
    loans.set(input, { fields: new Map(), requests: 1 });
  } else {
    loan.requests += 1;
  }
}

/** What the caller put into a field. */
export function original(input: Input, name: string): unknown {
  const field = loans.get(input)?.fields.get(name);
  return field?.isOurs(input[name]) === true ? field.original : input[name];
}

/** Puts a value into a field until the input is given back. */
export function lend(input: Input, name: string, value: unknown, isOurs = (current: unknown) => current === value): void {
  const fields = loans.get(input)?.fields;
  if (!fields || !isWritable(input, name)) {
    return;
  }
  const before = fields.get(name);
  if (before?.isOurs(input[name]) === true) {
    // Another request is under way with this input, and what it lent goes.
    fields.set(name, { ...before, isOurs: (current) => isOurs(current) || before.isOurs(current) });
  } else {
    fields.set(name, { had: Object.hasOwn(input, name), original: input[name], isOurs });
  }
  input[name] = value;
}

/** Ends a request; the last one gives the input back. */
export function giveBack(input: Input): void {
  const loan = loans.get(input);
  if (loan === undefined) {
    return;
  }
  loan.requests -= 1;
  if (loan.requests > 0) {
    return;
  }
  loans.delete(input);
  for (const [name, field] of loan.fields) {
    if (!field.isOurs(input[name])) {
      continue;
    }
    if (field.had) {
      input[name] = field.original;
    } else {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the caller's object had no such key
      delete input[name];
    }
  }
}

/** Whether a field of an object that may be frozen takes a value. */
export function isWritable(input: Input, name: string): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(input, name);
  return descriptor === undefined ? Object.isExtensible(input) : descriptor.writable === true && descriptor.configurable === true;
}
