/* Days and times of a session's timetable, chosen by pressing them: a whole day, or single times of it. */
import type { JSX } from 'preact';
import { type Timetable, clockOf, dayOf, daysOf } from '../api/meetings';
import { t } from '../strings';
import { date } from '../strings/format';

export function Times({ legend, table, value, onChange }: { readonly legend: string; readonly table: Timetable; readonly value: readonly string[]; readonly onChange: (value: readonly string[]) => void }): JSX.Element {
	const has = (one: string): boolean => value.includes(one);
	const toggle = (one: string): void => {
		const day = dayOf(one);
		const left = value.filter((old) => old !== one && (one.length > 10 ? old !== day : dayOf(old) !== day));
		onChange(has(one) ? left : [...left, one].sort());
	};
	return (
		<fieldset class="times">
			<legend>{legend}</legend>
			{daysOf(table).map((day) => (
				<div key={day} class="times-day" role="group" aria-label={date(day)}>
					<button type="button" class="topic" aria-pressed={has(day)} data-time={day} onClick={() => toggle(day)}>
						<bdi>{date(day)}</bdi> {t('mt.day.whole')}
					</button>
					{table.slots
						.filter((one) => dayOf(one.begin) === day)
						.map((one) => (
							<button key={one.begin} type="button" class="topic" aria-pressed={has(one.begin) || has(day)} data-time={one.begin} onClick={() => toggle(one.begin)}>
								<bdi>{clockOf(one.begin)}</bdi>
							</button>
						))}
				</div>
			))}
		</fieldset>
	);
}

/* Chosen times, as words. */
export function TimesText({ times }: { readonly times: readonly string[] }): JSX.Element {
	return (
		<>
			{times.map((one, index) => (
				<span key={one}>
					{index > 0 && ', '}
					<bdi>
						{date(dayOf(one))}
						{one.length > 10 && ` ${clockOf(one)}`}
					</bdi>
				</span>
			))}
		</>
	);
}
