/* An enrolment code becomes a way to sign in: a passkey, or a password with one-time codes. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Offer, ask, makePasskey } from '../../api/sign';
import { Field } from '../../parts/Field';
import { Code, Name } from '../../parts/Name';
import { t } from '../../strings';

/* The service draws it: black squares in an SVG, of which the outlines alone are taken over. */
function Picture({ svg, label }: { readonly svg: string; readonly label: string }): JSX.Element {
	const place = useRef<HTMLDivElement>(null);
	useEffect(() => {
		const paths = [...svg.matchAll(/ d="([^"]*)"/g)].map((found) => found[1] ?? '');
		const own = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
		own.setAttribute('viewBox', /viewBox="([^"]*)"/.exec(svg)?.[1] ?? '0 0 1 1');
		own.setAttribute('shape-rendering', 'crispEdges');
		own.setAttribute('width', '220');
		own.setAttribute('role', 'img');
		own.setAttribute('aria-label', label);
		for (const [index, d] of paths.entries()) {
			const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
			path.setAttribute('d', d);
			path.setAttribute('fill', index === 0 ? '#fff' : '#000');
			own.append(path);
		}
		place.current?.replaceChildren(own);
	}, [svg, label]);
	return <div ref={place} />;
}

/* `given` stands in the field; when it is `known`, nobody is asked for it. `onDone`: signed in. */
export function Enrol({ given, known, onDone }: { readonly given: string; readonly known: boolean; readonly onDone: () => void }): JSX.Element {
	const [typed, setTyped] = useState(given);
	const [offer, setOffer] = useState<Offer | null>(null);
	const [password, setPassword] = useState('');
	const [code, setCode] = useState('');
	const [fault, setFault] = useState<string | null>(null);
	const [busy, setBusy] = useState(false);

	const begin = async (): Promise<void> => {
		setBusy(true);
		setFault(null);
		const answer = await ask<Offer>('POST', 'enrolment', { enrolment: typed.trim() });
		setBusy(false);
		if (answer.status === 200) setOffer(answer.body);
		else setFault(answer.status === 0 ? t('trouble.line') : t('enrol.wrong'));
	};
	const finish = async (path: string, body: object): Promise<void> => {
		const answer = await ask('POST', path, { enrolment: typed.trim(), ...body });
		setBusy(false);
		if (answer.status === 201) {
			onDone();
		} else if (answer.status === 404) setFault(t('enrol.wrong'));
		else setFault(answer.status === 0 ? t('trouble.line') : path.endsWith('password') ? t('enrol.password.wrong', { count: offer?.password_least ?? 15 }) : t('sign.again'));
	};
	const withPasskey = async (options: PublicKeyCredentialCreationOptionsJSON): Promise<void> => {
		setBusy(true);
		setFault(null);
		const passkey = await makePasskey(options);
		if (passkey !== null) {
			await finish('enrolment/passkey', { passkey });
			return;
		}
		setBusy(false);
		setFault(t('sign.again'));
	};
	useEffect(() => {
		if (known) void begin();
	}, []);
	const options = offer?.publicKey ?? null;
	return (
		<>
			{fault !== null && (
				<p class="field-fault" role="alert">
					{fault}
				</p>
			)}
			{offer === null ? (
				<form
					class="card stack"
					onSubmit={(event) => {
						event.preventDefault();
						void begin();
					}}
				>
					<Field label={t('enrol.code')} help={t('enrol.code.help')}>
						{(ids) => <input {...ids} name="enrolment" class="code" type="text" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck={false} required maxLength={64} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />}
					</Field>
					<div class="row row-end">
						<button type="submit" id="enrol-begin" class="button-main" disabled={busy}>
							{t('token.use')}
						</button>
					</div>
				</form>
			) : (
				<>
					<section class="card row">
						<strong>
							<Name text={offer.officer.name} />
						</strong>
						<span>
							<Code text={offer.officer.login} /> · <Name text={offer.officer.office_name} />
						</span>
					</section>
					{options !== null && (
						<section class="card stack">
							<h2 class="card-title">{t('enrol.passkey')}</h2>
							<p>{t('enrol.passkey.help')}</p>
							<div>
								<button type="button" id="enrol-passkey" class="button-main" disabled={busy} onClick={() => void withPasskey(options)}>
									{t('enrol.passkey.make')}
								</button>
							</div>
						</section>
					)}
					<form
						class="card stack"
						onSubmit={(event) => {
							event.preventDefault();
							setBusy(true);
							setFault(null);
							void finish('enrolment/password', { password, code });
						}}
					>
						<h2 class="card-title">{t('enrol.password')}</h2>
						{/* for password managers */}
						<input type="text" name="username" autocomplete="username" hidden readOnly value={offer.officer.login} />
						<p>{t('enrol.password.help')}</p>
						<Picture svg={offer.codes_picture} label={t('enrol.codes')} />
						<details>
							<summary>{t('enrol.codes.text')}</summary>
							<Code text={offer.codes} />
						</details>
						<Field label={t('sign.password')} help={t('enrol.password.least', { count: offer.password_least })}>
							{(ids) => <input {...ids} name="password" type="password" dir="ltr" autocomplete="new-password" required minLength={offer.password_least} value={password} onInput={(event) => setPassword(event.currentTarget.value)} />}
						</Field>
						<Field label={t('sign.code')} help={t('sign.code.help')}>
							{(ids) => <input {...ids} name="code" type="text" dir="ltr" inputMode="numeric" autocomplete="one-time-code" required maxLength={10} value={code} onInput={(event) => setCode(event.currentTarget.value)} />}
						</Field>
						<div class="row row-end">
							<button type="submit" id="enrol-password" disabled={busy}>
								{t('enrol.password.set')}
							</button>
						</div>
					</form>
				</>
			)}
		</>
	);
}
