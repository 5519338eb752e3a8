/* A country, found by typing its name in the language of the page, or its code of two or three letters. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { language } from '../frame/store';
import { t } from '../strings';
import { compare, country } from '../strings/format';
import { Combo } from './Combo';
import { COUNTRY_CODES, threeLetters, twoLetters } from './countries';

export function CountryField(props: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }): JSX.Element {
	const countries = useMemo(() => COUNTRY_CODES.map((code) => ({ code, short: threeLetters(code), name: country(code) })).sort((a, b) => compare(a.name, b.name)), [language.value]);
	return <Combo label={props.label} listLabel={t('country.list')} options={countries} value={props.value} nameOf={country} codeOf={twoLetters} onChange={props.onChange} />;
}
