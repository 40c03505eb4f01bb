/** From each state, those that may follow it. */
export type Steps<S extends string> = Readonly<Record<S, readonly S[]>>;

/** A state with a name, which changes by steps that are drawn and by no others. */
export interface StateMachine<S extends string> {
  readonly state: S;
  /** Goes on to `next`. @returns false, and stays, where no step leads there: it is there already, or further on */
  enter(next: S): boolean;
}

export function stateMachine<S extends string>(steps: Steps<S>, first: S): StateMachine<S> {
  let state = first;
  return {
    get state() {
      return state;
    },
    enter(next) {
      if (!steps[state].includes(next)) return false;
      state = next;
      return true;
    },
  };
}
