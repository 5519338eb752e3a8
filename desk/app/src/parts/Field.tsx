/* A labelled field with its help and its fault, tied together for screen readers. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

export interface FieldIds {
	readonly id: string;
	readonly 'aria-describedby'?: string;
	readonly 'aria-invalid'?: 'true';
}

export function Field(props: {
	readonly label: ComponentChildren;
	readonly help?: ComponentChildren;
	readonly fault?: string | null;
	readonly look?: string;
	readonly children: (ids: FieldIds) => ComponentChildren;
}): JSX.Element {
	const id = useId();
	const fault = props.fault ?? null;
	const described = [props.help != null ? `${id}-help` : '', fault !== null ? `${id}-fault` : ''].filter((part) => part !== '').join(' ');
	return (
		<div class={`field ${props.look ?? ''}`}>
			<label for={id}>{props.label}</label>
			{props.children({
				id,
				...(described !== '' ? { 'aria-describedby': described } : {}),
				...(fault !== null ? { 'aria-invalid': 'true' as const } : {}),
			})}
			{props.help != null && (
				<p class="field-help" id={`${id}-help`}>
					{props.help}
				</p>
			)}
			{fault !== null && (
				<p class="field-fault" id={`${id}-fault`} role="alert">
					{fault}
				</p>
			)}
		</div>
	);
}

/* One of a few, as radio buttons that look like one switch. */
export function Choice<T extends string | number>(props: {
	readonly label: string;
	readonly value: T;
	readonly options: readonly { readonly value: T; readonly text: string; readonly lang?: string }[];
	readonly onChange: (value: T) => void;
}): JSX.Element {
	const id = useId();
	return (
		<fieldset class="choice">
			<legend>{props.label}</legend>
			<div class="choice-row">
				{props.options.map((option) => (
					<label key={String(option.value)} lang={option.lang}>
						<input type="radio" name={id} checked={option.value === props.value} onChange={() => props.onChange(option.value)} />
						<span>{option.text}</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}

export function Switch(props: { readonly label: string; readonly help?: string; readonly on: boolean; readonly onChange: (on: boolean) => void }): JSX.Element {
	const id = useId();
	return (
		<div class="switch">
			<input type="checkbox" role="switch" id={id} checked={props.on} aria-describedby={props.help !== undefined ? `${id}-help` : undefined} onChange={(event) => props.onChange(event.currentTarget.checked)} />
			<label for={id}>{props.label}</label>
			{props.help !== undefined && (
				<p class="field-help" id={`${id}-help`}>
					{props.help}
				</p>
			)}
		</div>
	);
}
