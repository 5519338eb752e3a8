/* The steps that may be taken now of something with a life of steps, each with its form. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type AffairStep, useSteps } from '../../api/affairs';
import { say } from '../../frame/say';
import { type Told, useAct } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { FormDialog, type Values } from '../assembly/Form';

export function Steps({ affair, plural, id, state, version, member, startOf, onDone }: {
	readonly affair: 'budget' | 'dues';
	readonly plural: string;
	readonly id: string;
	readonly state: string;
	readonly version: number;
	readonly member?: string; /* whose it is */
	readonly startOf?: (step: string) => Values; /* with what its form begins */
	readonly onDone: () => void;
}): JSX.Element | null {
	const steps = useSteps(affair, state, member ?? null);
	const [doing, setDoing] = useState<AffairStep | null>(null);
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
					spec={doing.fields}
					keepAs={`${affair}.${id}.${doing.step}`}
					start={startOf?.(doing.step) ?? {}}
					send={(body) => act<Told>('POST', `${plural}/${id}/${doing.step}`, body, { 'Idempotency-Key': crypto.randomUUID(), ...(version > 0 ? { 'If-Match': `"${version}"` } : {}) })}
					onDone={() => {
						setDoing(null);
						say(t('officers.done'));
						onDone();
					}}
					onClose={() => setDoing(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
