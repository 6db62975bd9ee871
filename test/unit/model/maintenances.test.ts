import { describe, expect, it } from 'vitest';
import { dueFindings } from '../../../src/diagnostics/later.js';
import type { Maintenance } from '../../../src/model/types.js';
import { compileFiles, doc, places, smallRepo } from '../../repo.js';

const PROJECT = doc(
  'Project',
  'name: test\nexporters:\n  node_exporter: { job: n, port: 9100 }\nalertmanager: { default_receiver: r }',
);

const filesOf = (...maintenances: string[]) =>
  smallRepo({
    'aami.yaml': PROJECT,
    notifications: [doc('Receiver', 'name: r'), ...maintenances.map((body) => doc('Maintenance', body))].join('---\n'),
  });

async function complaints(...maintenances: string[]): Promise<string[]> {
  const { findings } = await compileFiles(filesOf(...maintenances));
  return findings.map(({ code, message, hint }) => `${code}: ${message}${hint === null ? '' : ` | ${hint}`}`);
}

async function built(body: string): Promise<Maintenance | undefined> {
  const { model, findings } = await compileFiles(filesOf(`name: m\n${body}`));
  expect(findings).toEqual([]);
  return model?.repo.maintenances[0];
}

async function intervals(schedule: string) {
  const time = (await built(`groups: [prod]\nschedule: ${schedule}`))?.time;
  return time?.kind === 'schedule' ? time.intervals : null;
}

describe('the schedule of a maintenance', () => {
  it('goes to Alertmanager in its own terms', async () => {
    const schedule =
      '{ weekdays: ["monday:wednesday", sunday], days_of_month: [1, "-3:-1"], months: ["march:may"], times: [{ start_time: 02:00, end_time: 24:00 }], time_zone: Europe/Berlin }';
    expect(await intervals(schedule)).toEqual([
      {
        times: [{ start_time: '02:00', end_time: '24:00' }],
        weekdays: ['sunday', 'monday', 'tuesday', 'wednesday'],
        days_of_month: ['1', '-3:-1'],
        months: ['march:may'],
        location: 'Europe/Berlin',
      },
    ]);
  });

  it('runs over midnight into the next day of the week', async () => {
    const schedule =
      '{ weekdays: [saturday], times: [{ start_time: "22:00", end_time: "02:00" }, { start_time: "05:00", end_time: "06:00" }] }';
    expect(await intervals(schedule)).toEqual([
      {
        times: [
          { start_time: '22:00', end_time: '24:00' },
          { start_time: '05:00', end_time: '06:00' },
        ],
        weekdays: ['saturday'],
      },
      { times: [{ start_time: '00:00', end_time: '02:00' }], weekdays: ['sunday'] },
    ]);
    expect(await intervals('{ times: [{ start_time: "22:00", end_time: "00:00" }] }')).toEqual([
      { times: [{ start_time: '22:00', end_time: '24:00' }] },
    ]);
  });

  it('runs over the end of the week and of the year', async () => {
    expect(await intervals('{ weekdays: ["friday:monday"], months: ["november:february"] }')).toEqual([
      { weekdays: ['sunday', 'monday', 'friday', 'saturday'], months: ['november:december', 'january:february'] },
    ]);
  });

  it.each([
    ['{ times: [{ start_time: "22:00", end_time: "02:00" }], days_of_month: [1] }', 'must end on the day'],
    ['{ times: [{ start_time: "22:00", end_time: "02:00" }], months: [may] }', 'must end on the day'],
    ['{ times: [{ start_time: "02:00", end_time: "02:00" }] }', 'ends when it begins'],
    ['{ times: [{ start_time: "24:00", end_time: "02:00" }] }', 'where nothing begins'],
    ['{ times: [{ start_time: "2:00", end_time: "03:00" }] }', 'not a time of day'],
    ['{ days_of_month: [0] }', 'no range of days'],
    ['{ days_of_month: ["5:1"] }', 'no range of days'],
    ['{ days_of_month: ["1:-1"] }', 'no range of days'],
    ['{ weekdays: [saturdays] }', 'not a valid value'],
    ['{ time_zone: Europe/Berlim }', 'Did you mean `Europe/Berlin`?'],
    ['{ time_zone: Europe/berlin }', 'Did you mean `Europe/Berlin`?'],
    ['{}', '`schedule` is empty'],
  ])('%s is refused', async (schedule, said) => {
    const found = await complaints(`name: m\ngroups: [prod]\nschedule: ${schedule}`);
    expect(found).toEqual([expect.stringContaining(said)]);
    expect(found[0]).toMatch(/^schema\/bad-value/);
  });

  it.each(['UTC', 'Asia/Kolkata', 'Etc/GMT+2', 'CET'])('knows the time zone %s', async (zone) => {
    expect(await intervals(`{ time_zone: ${zone} }`)).toEqual([{ location: zone }]);
  });

  it('does nothing without an alertmanager.yml to stand in', async () => {
    const files = smallRepo({
      notifications: doc('Maintenance', 'name: m\ngroups: [prod]\nschedule: { weekdays: [monday] }'),
    });
    expect(places(await compileFiles(files), files)).toEqual([
      'reference/no-default-receiver notifications/extra.yaml:5:1',
    ]);
  });
});

describe('the window of a maintenance', () => {
  it('is read with its zone', async () => {
    const window = await built(
      'groups: [prod]\nstart: 2026-11-30T22:00:00+01:00\nend: 2026-12-01T00:30Z\ncomment: disks',
    );
    expect(window).toMatchObject({
      time: { kind: 'window', start: Date.UTC(2026, 10, 30, 21), end: Date.UTC(2026, 11, 1, 0, 30) },
      comment: 'disks',
    });
  });

  it.each([
    ['start: 2026-11-30T22:00:00Z\nend: 2026-11-30T21:00:00Z', 'schema/bad-value: The window ends before it begins'],
    // Two zones: the end is the same moment.
    ['start: 2026-11-30T22:00:00Z\nend: 2026-11-30T23:00:00+01:00', 'schema/bad-value: The window ends when it begins'],
    ['start: 2026-02-31T22:00:00Z\nend: 2026-03-30T21:00:00Z', 'schema/bad-value: The day of `start` does not exist'],
    [
      'start: 2026-11-30T22:00:00\nend: 2026-12-30T21:00:00Z',
      'schema/bad-value: `2026-11-30T22:00:00` is not a moment',
    ],
    ['start: 2026-11-30T22:00:00Z', 'schema/missing-key: A window needs `end`'],
    ['comment: soon', 'schema/missing-key: A Maintenance needs `schedule`, or `start` and `end`'],
    [
      'schedule: { weekdays: [monday] }\nend: 2026-12-30T21:00:00Z',
      'schema/bad-value: A Maintenance has a `schedule` or',
    ],
    [
      'start: 2026-01-01T00:00:00Z\nend: 2027-06-01T00:00:00Z',
      'lint/long-maintenance: This window is longer than a year',
    ],
  ])('%s is found', async (time, said) => {
    expect(await complaints(`name: m\ngroups: [prod]\n${time}`)).toEqual([expect.stringContaining(said)]);
  });

  it('is a finding from its end on, whatever it compiled to before', async () => {
    const { later, findings } = await compileFiles(
      filesOf('name: m\ngroups: [prod]\nstart: 2026-11-30T22:00:00Z\nend: 2026-12-01T00:00:00Z'),
    );
    expect(findings).toEqual([]);
    const end = Date.UTC(2026, 11, 1);
    expect(dueFindings(later, end - 1)).toEqual([]);
    expect(dueFindings(later, end).map(({ code }) => code)).toEqual(['lint/expired-maintenance']);
  });
});

describe('what a maintenance covers', () => {
  const WINDOW = 'start: 2026-11-30T22:00:00Z\nend: 2026-12-01T00:00:00Z';

  it.each([
    [`name: m\n${WINDOW}`, 'schema/missing-key: A Maintenance needs `groups` or `targets`'],
    [`name: m\ngroups: [prd]\n${WINDOW}`, 'reference/unknown-group: There is no group `prd` | Did you mean `prod`?'],
    [`name: m\ntargets: { type: tpu }\n${WINDOW}`, 'lint/idle-maintenance: No active target matches `targets`'],
    [`name: m\ngroups: [dev]\ntargets: { type: gpu }\n${WINDOW}`, 'lint/idle-maintenance: No active target of these'],
    [`name: m\ntargets: 'type=~"["'\n${WINDOW}`, 'schema/bad-regex'],
    [`name: m m\ngroups: [dev]\n${WINDOW}`, 'schema/bad-value'],
  ])('%s is found', async (body, said) => {
    expect(await complaints(body)).toEqual([expect.stringContaining(said)]);
  });

  it('two of one name are a finding', async () => {
    const twice = `name: m\ngroups: [dev]\n${WINDOW}`;
    expect(await complaints(twice, twice)).toEqual([expect.stringContaining('reference/duplicate-maintenance')]);
  });
});
