/* One of many, found by typing what it is called, or its code. */
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Field } from './Field';

const MOST = 8;
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export interface ComboOption {
	readonly code: string;
	readonly short: string; /* shown behind the name, and found as typed */
	readonly name: string;
}

export function Combo(props: {
	readonly label: string;
	readonly help?: string | undefined;
	readonly fault?: string | null;
	readonly listLabel: string;
	readonly options: readonly ComboOption[]; /* in the order in which they are offered */
	readonly value: string;
	readonly nameOf: (code: string) => string;
	readonly codeOf?: (typed: string) => string; /* of what is no option; without it only options are taken */
	readonly onChange: (value: string) => void;
}): JSX.Element {
	const listId = useId();
	const [typed, setTyped] = useState<string | null>(null);
	const [at, setAt] = useState(0);
	const shown = typed ?? (props.value === '' ? '' : props.nameOf(props.value));
	const sought = fold((typed ?? '').trim());
	const begins = props.options.filter(({ code, short, name }) => fold(name).startsWith(sought) || fold(code) === sought || fold(short).startsWith(sought));
	const holds = props.options.filter((one) => !begins.includes(one) && fold(one.name).includes(sought));
	/* A code written out is meant before the names that begin so. */
	const found = sought === '' ? [] : [...begins, ...holds].sort((a, b) => Number(fold(b.short) === sought) - Number(fold(a.short) === sought)).slice(0, MOST);
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
		const exact = props.options.find((one) => fold(one.name) === fold(text)) ?? (text !== '' ? found[0] : undefined);
		take(text === '' ? '' : (exact?.code ?? props.codeOf?.(text) ?? ''));
	};
	return (
		<Field label={props.label} help={props.help} fault={props.fault ?? null}>
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
					<ul id={listId} role="listbox" aria-label={props.listLabel} hidden={!open}>
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
								<span>{one.name}</span> <bdi class="code">{one.short}</bdi>
							</li>
						))}
					</ul>
				</div>
			)}
		</Field>
	);
}
