/* A country, found by typing its name in the language of the page, or its code of two or three letters. */
import type { JSX } from 'preact';
import { useId, useMemo, useState } from 'preact/hooks';
import { language } from '../frame/store';
import { t } from '../strings';
import { compare, country } from '../strings/format';
import { COUNTRY_CODES, threeLetters, twoLetters } from './countries';
import { Field } from './Field';

const MOST = 8;
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function CountryField(props: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }): JSX.Element {
	const listId = useId();
	const [typed, setTyped] = useState<string | null>(null);
	const [at, setAt] = useState(0);
	const countries = useMemo(() => COUNTRY_CODES.map((code) => ({ code, name: country(code) })).sort((a, b) => compare(a.name, b.name)), [language.value]);
	const shown = typed ?? (props.value === '' ? '' : country(props.value));
	const sought = fold((typed ?? '').trim());
	const begins = countries.filter(({ code, name }) => fold(name).startsWith(sought) || code === sought || threeLetters(code).toLowerCase().startsWith(sought));
	const holds = countries.filter((one) => !begins.includes(one) && fold(one.name).includes(sought));
	/* A code written out is meant before the names that begin so. */
	const found = sought === '' ? [] : [...begins, ...holds].sort((a, b) => Number(threeLetters(b.code).toLowerCase() === sought) - Number(threeLetters(a.code).toLowerCase() === sought)).slice(0, MOST);
	const open = typed !== null && found.length > 0;
	const index = Math.min(at, found.length - 1);
	const take = (value: string): void => {
		props.onChange(value);
		setTyped(null);
		setAt(0);
	};
	const settle = (): void => {
		if (typed === null) return;
		const text = typed.trim();
		const exact = countries.find((one) => fold(one.name) === fold(text)) ?? (text !== '' ? found[0] : undefined);
		take(text === '' ? '' : (exact?.code ?? twoLetters(text)));
	};
	return (
		<Field label={props.label}>
			{(ids) => (
				<div class="combo">
					<input
						{...ids}
						type="text"
						role="combobox"
						autocomplete="off"
						dir="auto"
						aria-expanded={open}
						aria-controls={listId}
						aria-autocomplete="list"
						aria-activedescendant={open ? `${listId}-${index}` : undefined}
						value={shown}
						onInput={(event) => {
							setTyped(event.currentTarget.value);
							setAt(0);
						}}
						onBlur={settle}
						onKeyDown={(event) => {
							if (!open) return;
							if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
								setAt((index + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length);
								event.preventDefault();
							} else if (event.key === 'Enter') {
								take(found[index]?.code ?? '');
								event.preventDefault();
							} else if (event.key === 'Escape') {
								setTyped(null);
								event.preventDefault();
								event.stopPropagation();
							}
						}}
					/>
					<ul id={listId} role="listbox" aria-label={t('country.list')} hidden={!open}>
						{found.map((one, i) => (
							<li
								key={one.code}
								id={`${listId}-${i}`}
								role="option"
								aria-selected={i === index}
								onMouseDown={(event) => {
									event.preventDefault();
									take(one.code);
								}}
							>
								<span>{one.name}</span> <bdi class="code">{threeLetters(one.code)}</bdi>
							</li>
						))}
					</ul>
				</div>
			)}
		</Field>
	);
}
