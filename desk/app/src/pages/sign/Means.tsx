/* Passkey, or name, password and code: to sign in, and to prove again that it is you. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Who, ask, usePasskey } from '../../api/sign';
import { Field } from '../../parts/Field';
import { t } from '../../strings';

export function Means({ path, passkeys, named, onDone }: { readonly path: 'session' | 'session/proof'; readonly passkeys: boolean; readonly named: boolean; readonly onDone: (who: Who) => void }): JSX.Element {
	const [login, setLogin] = useState('');
	const [password, setPassword] = useState('');
	const [code, setCode] = useState('');
	const [ticket, setTicket] = useState<string | null>(null);
	const [fault, setFault] = useState<string | null>(null);
	const [busy, setBusy] = useState(false);

	const send = async (body: object): Promise<void> => {
		const answer = await ask<Who>('POST', path, body);
		setBusy(false);
		if (answer.status === 200 || answer.status === 201) {
			onDone(answer.body);
			return;
		}
		setTicket(answer.body.ticket ?? null);
		if (answer.status === 401) setFault(t('sign.wrong'));
		else if (answer.status === 429) setFault(t('sign.wait', { count: answer.body.wait ?? 1 }));
		else if (answer.status === 403) setFault(t('sign.closed'));
		else if (answer.status === 0) setFault(t('trouble.line'));
		else setFault(t('sign.again'));
	};
	const byPasskey = async (): Promise<void> => {
		setBusy(true);
		setFault(null);
		const passkey = await usePasskey(`${path}/challenge`);
		if (passkey !== null) {
			await send({ passkey });
			return;
		}
		setBusy(false);
		setFault(t('sign.again'));
	};
	return (
		<div class="stack">
			{passkeys && (
				<div>
					<button type="button" id="sign-passkey" class="button-main" disabled={busy} onClick={() => void byPasskey()}>
						{t('sign.passkey')}
					</button>
				</div>
			)}
			{fault !== null && (
				<p class="field-fault" id="sign-fault" role="alert">
					{fault}
				</p>
			)}
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					setBusy(true);
					setFault(null);
					void send({ ...(named ? { login } : {}), password, code, ...(ticket !== null ? { ticket } : {}) });
				}}
			>
				{!named && <input type="text" autocomplete="username" hidden readOnly value="" /> /* for password managers */}
				{named && (
					<Field label={t('sign.login')}>
						{(ids) => <input {...ids} name="login" type="text" dir="ltr" autocomplete="username" autocapitalize="none" spellcheck={false} required maxLength={200} value={login} onInput={(event) => setLogin(event.currentTarget.value)} />}
					</Field>
				)}
				<Field label={t('sign.password')}>{(ids) => <input {...ids} name="password" type="password" dir="ltr" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />}</Field>
				<Field label={t('sign.code')} help={t('sign.code.help')}>
					{(ids) => <input {...ids} name="code" type="text" dir="ltr" inputMode="numeric" autocomplete="one-time-code" required maxLength={10} value={code} onInput={(event) => setCode(event.currentTarget.value)} />}
				</Field>
				<div class="row row-end">
					<button type="submit" id="sign-password" disabled={busy}>
						{t('sign.byPassword')}
					</button>
				</div>
			</form>
		</div>
	);
}
