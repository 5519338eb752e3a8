/* The steps that the caller may take now of something with a life of steps, each with its form. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type AffairStep, useSteps } from '../api/affairs';
import { say } from '../frame/say';
import { FormDialog, type Values } from '../pages/assembly/Form';
import { type Key, t } from '../strings';
import { useAct } from './useAct';

export function Steps({ affair, plural, id, may, version, without, startOf, onDone, onMade }: {
	readonly affair: 'budget' | 'dues' | 'agreement' | 'timetable';
	readonly plural: string;
	readonly id: string | null; /* null: the step makes it */
	readonly may: readonly string[]; /* as the service tells it */
	readonly version: number;
	readonly without?: readonly string[]; /* fields that are not asked for here */
	readonly startOf?: (step: string) => Values; /* with what its form begins */
	readonly onDone: () => void;
	readonly onMade?: (id: string) => void; /* what a step without an id made */
}): JSX.Element | null {
	const steps = useSteps(affair, may);
	const [doing, setDoing] = useState<AffairStep | null>(null);
	const made = useRef<string | null>(null);
	const { act, dialog } = useAct();
	if (steps.length === 0) return null;
	return (
		<div class="row notice-steps" role="group" aria-label={t('af.steps')}>
			{steps.map((one) => (
				<button key={one.step} type="button" data-step={one.step} onClick={() => setDoing(one)}>
					{t(`af.${affair}.step.${one.step}` as Key)}
				</button>
			))}
			{doing !== null && (
				<FormDialog
					name={doing.step}
					title={t(`af.${affair}.step.${doing.step}` as Key)}
					spec={doing.fields.filter((field) => without?.includes(field.name) !== true)}
					keepAs={`${affair}.${id ?? ''}.${doing.step}`}
					start={startOf?.(doing.step) ?? {}}
					send={async (body) => {
						const answer = await act<{ readonly id?: string }>('POST', id === null ? plural : `${plural}/${id}/${doing.step}`, body, { 'Idempotency-Key': crypto.randomUUID(), ...(version > 0 ? { 'If-Match': `"${version}"` } : {}) });
						made.current = answer.body.id ?? null;
						return answer;
					}}
					onDone={() => {
						setDoing(null);
						say(t('officers.done'));
						onDone();
						if (id === null && made.current !== null) onMade?.(made.current);
					}}
					onClose={() => setDoing(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
