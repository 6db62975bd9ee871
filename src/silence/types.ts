/** A silence of Alertmanager, as far as it is to be made. Times are milliseconds since 1970. */
export interface NewSilence {
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** One that Alertmanager has. */
export interface Silence extends NewSilence {
  readonly id: string;
  readonly state: 'pending' | 'active' | 'expired';
}

/** As Alertmanager's API has it. */
export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}
