/* A step that asks for nothing but a reason, and says before what cannot be undone. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer } from '../api/sign';
import { t } from '../strings';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { FormEnd } from './FormEnd';
import { Icon } from './Icon';
import type { Told } from './useAct';

export function Reason(props: {
	readonly title: string;
	readonly meaning?: ComponentChildren;
	readonly warning?: string; /* cannot be undone: said in red */
	readonly action: string;
	readonly none?: boolean; /* no reason is asked for: a question alone */
	readonly send: (reason: string) => Promise<Answer<Told>>;
	readonly onDone: () => void;
	readonly onClose: () => void;
}): JSX.Element {
	const [reason, setReason] = useState('');
	const [busy, setBusy] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		setBusy(true);
		setRefused(null);
		const answer = await props.send(reason.trim());
		setBusy(false);
		if (answer.status >= 200 && answer.status < 300 && answer.waits === undefined) props.onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={props.title} onClose={props.onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{props.meaning !== undefined && <p>{props.meaning}</p>}
				{props.warning !== undefined && (
					<p class="trouble">
						<Icon name="warning" />
						<span>{props.warning}</span>
					</p>
				)}
				{props.none !== true && <Field label={t('step.reason')}>{(ids) => <input {...ids} name="reason" type="text" dir="auto" required maxLength={1000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}</Field>}
				<FormEnd refused={refused} disabled={busy} onClose={props.onClose}>
					{props.action}
				</FormEnd>
			</form>
		</Dialog>
	);
}
