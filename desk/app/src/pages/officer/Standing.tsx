/* What an officer in charge does about another: suspend and reinstate, move to another office, end. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Officer } from '../../api/admin';
import type { Answer } from '../../api/sign';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Reason } from '../../parts/Reason';
import type { Act, Told } from '../../parts/useAct';
import { t } from '../../strings';
import { OfficeChoice, Roles } from './Parts';

type Step = 'suspend' | 'reinstate' | 'move' | 'end';

interface StepProps {
	readonly officer: Officer;
	readonly act: Act;
	readonly onDone: (id: string) => void;
	readonly onClose: () => void;
}

const match = (officer: Officer): Record<string, string> => ({ 'If-Match': `"${officer.version}"` });

function Move({ officer, act, onDone, onClose }: StepProps): JSX.Element {
	const [office, setOffice] = useState('');
	const [roles, setRoles] = useState<readonly string[]>(officer.roles);
	const [reason, setReason] = useState('');
	const [fault, setFault] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		setFault(roles.length === 0);
		if (roles.length === 0) return;
		const answer = await act<Officer & Told>('POST', `officers/${officer.id}/move`, { office, roles, reason: reason.trim() }, { ...match(officer), 'Idempotency-Key': crypto.randomUUID() });
		if (answer.status === 201) onDone(answer.body.id);
		else setRefused(answer);
	};
	return (
		<Dialog title={t('officers.move')} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<p>{t('officers.move.meaning', { name: officer.name ?? officer.id })}</p>
				<OfficeChoice label={t('officers.to')} value={office} but={officer.office} onChange={setOffice} />
				<Roles value={roles} onChange={setRoles} fault={fault} />
				<Field label={t('step.reason')}>{(ids) => <input {...ids} name="reason" type="text" dir="auto" required maxLength={1000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}</Field>
				<FormEnd refused={refused} id="officer-move" disabled={false} onClose={onClose}>
					{t('officers.move')}
				</FormEnd>
			</form>
		</Dialog>
	);
}

export function Standing({ officer, act, onDone }: { readonly officer: Officer; readonly act: Act; readonly onDone: (id: string) => void }): JSX.Element {
	const [step, setStep] = useState<Step | null>(null);
	const close = (): void => setStep(null);
	const done = (id: string): void => {
		close();
		onDone(id);
	};
	const steps: readonly Step[] = officer.state === 'suspended' ? ['reinstate', 'end'] : ['suspend', 'move', 'end'];
	return (
		<>
			<div class="row row-end">
				{steps.map((one) => (
					<button key={one} type="button" data-step={one} onClick={() => setStep(one)}>
						{t(`officers.${one}`)}
					</button>
				))}
			</div>
			{step === 'move' && <Move officer={officer} act={act} onDone={done} onClose={close} />}
			{step !== null && step !== 'move' && (
				<Reason
					title={t(`officers.${step}`)}
					meaning={t(`officers.${step}.meaning`, { name: officer.name ?? officer.id })}
					{...(step === 'end' ? { warning: t('undone') } : {})}
					action={t(`officers.${step}`)}
					send={(reason) => act<Told>('POST', `officers/${officer.id}/${step}`, { reason }, match(officer))}
					onDone={() => done(officer.id)}
					onClose={close}
				/>
			)}
		</>
	);
}
