/* Who is signed in here: the form where nobody is; else the own passkeys, sessions and tokens. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Self, type Who, ask, makePasskey } from '../../api/sign';
import { say } from '../../frame/say';
import { forgetOfficer } from '../../frame/store';
import { learnWho } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { Code, Name } from '../../parts/Name';
import { t } from '../../strings';
import { moment } from '../../strings/format';
import { Means } from './Means';

function Lines({ title, empty, children }: { readonly title: string; readonly empty: string; readonly children: readonly ComponentChildren[] }): JSX.Element {
	return (
		<section class="card stack">
			<h2 class="card-title">{title}</h2>
			{children.length === 0 ? <p class="small">{empty}</p> : <ul class="stack">{children}</ul>}
		</section>
	);
}

function Line({ children, action, onAction }: { readonly children: ComponentChildren; readonly action: string | null; readonly onAction: () => void }): JSX.Element {
	return (
		<li class="row">
			<span>{children}</span>
			{action !== null && (
				<button type="button" class="button-quiet" onClick={onAction}>
					{action}
				</button>
			)}
		</li>
	);
}

const when = (iso: string | null): string => (iso === null ? t('none') : moment(new Date(iso)));

function Account({ who, onEnd }: { readonly who: Who; readonly onEnd: () => void }): JSX.Element {
	const [self, setSelf] = useState<Self | null>(null);
	const [proving, setProving] = useState<(() => Promise<void>) | null>(null);
	const [failed, setFailed] = useState(false);
	const [name, setName] = useState('');
	const [scopes, setScopes] = useState<readonly string[]>([]);
	const [token, setToken] = useState<string | null>(null);

	const load = async (): Promise<void> => {
		const answer = await ask<Self>('GET', 'me');
		if (answer.status === 200) setSelf(answer.body);
		else if (answer.status === 401) onEnd();
		else setFailed(true);
	};
	useEffect(() => void load(), []);
	/* Does it; asks for a fresh proof first when the service does, and then does it again. */
	const act = async <T,>(method: string, path: string, body: unknown, after: (found: T) => Promise<void> | void): Promise<void> => {
		const answer = await ask<T>(method, path, body);
		setFailed(false);
		if (answer.prove) setProving(() => () => act(method, path, body, after));
		else if (answer.status >= 200 && answer.status < 300) {
			await after(answer.body);
			await load();
		} else setFailed(true);
	};
	const addPasskey = (): Promise<void> =>
		act<{ publicKey: PublicKeyCredentialCreationOptionsJSON }>('POST', 'me/passkeys/challenge', {}, async (found) => {
			const passkey = await makePasskey(found.publicKey);
			if (passkey === null) setFailed(true);
			else await act('POST', 'me/passkeys', { passkey, name: '' }, () => say(t('sign.done')));
		});
	/* The page is loaded anew, so that nothing of this officer stays in its memory either. */
	const signOut = async (): Promise<void> => {
		const answer = await ask('DELETE', 'session');
		forgetOfficer();
		if (answer.status === 0) setFailed(true);
		else location.replace('/desk/sign');
	};
	return (
		<>
			<section class="card row">
				<strong>
					<Name text={who.officer?.name ?? ''} />
				</strong>
				<span>
					<Code text={who.officer?.id ?? ''} /> · <Name text={who.officer?.office_name ?? ''} />
				</span>
				<button type="button" id="sign-out" onClick={() => void signOut()}>
					{t('sign.out')}
				</button>
			</section>
			{failed && (
				<p class="field-fault" role="alert">
					{t('sign.again')}
				</p>
			)}
			{self !== null && (
				<>
					<Lines title={t('sign.passkeys')} empty={t('sign.none')}>
						{self.passkeys.map((one) => (
							<Line key={one.id} action={t('sign.remove')} onAction={() => void act('DELETE', `me/passkeys/${one.id}`, undefined, () => say(t('sign.done')))}>
								<Name text={one.name !== '' ? one.name : t('sign.passkey.unnamed')} /> · {t('sign.used', { time: when(one.used) })}
								{one.suspected !== null && <strong class="field-fault"> {t('sign.suspected')}</strong>}
							</Line>
						))}
					</Lines>
					<div>
						<button type="button" id="sign-add" onClick={() => void addPasskey()}>
							{t('sign.add')}
						</button>
					</div>
					<Lines title={t('sign.sessions')} empty={t('sign.none')}>
						{self.sessions.map((one) => (
							<Line key={one.id} action={one.this === true ? null : t('sign.end')} onAction={() => void act('DELETE', `me/sessions/${one.id}`, undefined, () => say(t('sign.done')))}>
								{one.this === true ? t('sign.this') : <Name text={one.agent ?? ''} />} · <Code text={one.source} /> · {t('sign.used', { time: when(one.seen) })}
							</Line>
						))}
					</Lines>
					<Lines title={t('sign.tokens')} empty={t('sign.none')}>
						{self.tokens.map((one) => (
							<Line key={one.id} action={t('sign.end')} onAction={() => void act('DELETE', `me/tokens/${one.id}`, undefined, () => say(t('sign.done')))}>
								<Name text={one.name} /> · <Code text={one.scopes.join(' ')} /> · {t('sign.until', { time: when(one.ends) })}
							</Line>
						))}
					</Lines>
					<form
						class="card stack"
						onSubmit={(event) => {
							event.preventDefault();
							void act<{ token: string }>('POST', 'me/tokens', { name, scopes }, (found) => {
								setToken(found.token);
								setName('');
								setScopes([]);
							});
						}}
					>
						<h2 class="card-title">{t('sign.token.new')}</h2>
						<Field label={t('sign.token.name')}>{(ids) => <input {...ids} type="text" dir="auto" required maxLength={60} value={name} onInput={(event) => setName(event.currentTarget.value)} />}</Field>
						<fieldset class="choice">
							<legend>{t('sign.token.scopes')}</legend>
							<div class="choice-row">
								{(who.rights ?? [])
									.filter((right) => right !== 'self')
									.map((right) => (
										<label key={right}>
											<input type="checkbox" checked={scopes.includes(right)} onChange={(event) => setScopes(event.currentTarget.checked ? [...scopes, right] : scopes.filter((one) => one !== right))} />
											<span dir="ltr">{right}</span>
										</label>
									))}
							</div>
						</fieldset>
						<div class="row row-end">
							<button type="submit" disabled={scopes.length === 0}>
								{t('sign.token.make')}
							</button>
						</div>
					</form>
				</>
			)}
			{token !== null && (
				<Dialog title={t('sign.token.made')} onClose={() => setToken(null)}>
					<p>{t('sign.token.once')}</p>
					<Code text={token} />
				</Dialog>
			)}
			{proving !== null && (
				<Dialog title={t('sign.prove')} onClose={() => setProving(null)}>
					<Means
						path="session/proof"
						passkeys={self !== null && self.passkeys.length > 0}
						named={false}
						onDone={() => {
							setProving(null);
							void proving();
						}}
					/>
				</Dialog>
			)}
		</>
	);
}

export default function SignPage(): JSX.Element {
	const [who, setWho] = useState<Who | null>(null);
	const load = async (): Promise<void> => {
		setWho(await learnWho());
	};
	useEffect(() => void load(), []);
	return (
		<div class="page">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('nav.sign')}</h1>
				<p class="small">{t('sign.meaning')}</p>
			</div>
			{who !== null && who.officer !== null && <Account who={who} onEnd={() => void load()} />}
			{who !== null && who.officer === null && who.officers === false && <p class="card empty">{t('sign.nobody')}</p>}
			{who !== null && who.officer === null && who.officers !== false && (
				<section class="card stack">
					<Means path="session" passkeys={who.passkeys === true} named={true} onDone={() => void load()} />
					<p class="small">
						<a href="/desk/enrol">{t('sign.haveCode')}</a>
					</p>
				</section>
			)}
		</div>
	);
}
