/** One entry of a 422's `detail`, as FastAPI has it: where, what is wrong, and a name for that. */
export interface Fault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** A call that the registry answers with a definite no, and changes nothing for. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: 403 | 404 | 409 | 412 | 422 | 503;
  readonly faults: readonly Fault[];

  constructor(status: Refusal["status"], message: string, faults: readonly Fault[] = []) {
    super(message);
    this.status = status;
    this.faults = faults;
  }
}

/** A 422 with one fault. */
export function invalid(loc: readonly (string | number)[], msg: string, type = "value_error"): Refusal {
  return new Refusal(422, msg, [{ loc, msg, type }]);
}
