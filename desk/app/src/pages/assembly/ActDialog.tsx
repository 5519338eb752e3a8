/* The form of an act of a session. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Refusal, read, sendBytes } from '../../api/client';
import type { Act, Told } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { type FieldSpec, FormDialog, type Values, digest } from './Form';

interface ActSpec {
	readonly act: string;
	readonly fields: readonly FieldSpec[];
}

let asked: Promise<readonly ActSpec[]> | null = null;
const acts = (): Promise<readonly ActSpec[]> =>
	(asked ??= read<{ acts: ActSpec[] }>('assembly/acts').then(
		(found) => found.acts,
		(error: unknown) => {
			asked = null;
			throw error;
		},
	));

export function ActDialog({ name, session, given, start, only, act, onDone, onClose }: {
	readonly name: string;
	readonly session: number | null; /* null: the act makes one */
	readonly given?: Values;
	readonly start?: Values;
	readonly only?: readonly string[]; /* what is asked for; everything that is not given otherwise */
	readonly act: Act;
	readonly onDone: () => void;
	readonly onClose: () => void;
}): JSX.Element {
	const [spec, setSpec] = useState<readonly FieldSpec[] | null>(null);
	useEffect(
		() =>
			void acts().then(
				(found) => setSpec((found.find((one) => one.act === name)?.fields ?? []).filter((field) => only === undefined || only.includes(field.name))),
				() => onClose() /* the frame tells of the line */,
			),
		[name],
	);
	return (
		<FormDialog
			name={name}
			title={t(`a.act.${name}` as Key)}
			spec={spec}
			{...(given !== undefined ? { given } : {})}
			{...(start !== undefined ? { start } : {})}
			send={async (body) => {
				/* The seed stays with whoever types it; the record is bound to its hash. */
				const sent: Record<string, unknown> = { ...body };
				if (typeof sent['commitment'] === 'string') sent['commitment'] = await digest(new TextEncoder().encode(sent['commitment']).buffer as ArrayBuffer);
				/* The file itself goes to the service; the record is told its digest. */
				if (sent['hash'] instanceof File) {
					try {
						sent['hash'] = (await sendBytes<{ readonly hash: string }>('assembly/documents', sent['hash'])).hash;
					} catch (error) {
						return { status: error instanceof Refusal && error.trouble !== 'line' ? 422 : 0, prove: false, body: { detail: error instanceof Refusal ? error.detail : '' } };
					}
				}
				return act<Told>('POST', session === null ? 'assembly/sessions' : `assembly/sessions/${session}/${name}`, sent, { 'Idempotency-Key': crypto.randomUUID() });
			}}
			onDone={onDone}
			onClose={onClose}
		/>
	);
}

/* One act a page does: directly with fields, or by its dialog. */
export interface Doing {
	readonly name: string;
	readonly given?: Values;
	readonly start?: Values;
	readonly only?: readonly string[];
	readonly session?: null;
}
