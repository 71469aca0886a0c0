/** Printable ASCII but space, quotes and backquote (contract 4.1). */
export const labelName = /^[!#-&(-_a-~]+$/;
export const labelNameRule = 'must be printable ASCII without spaces and quotes';

/** As the contract's EnvName. */
export const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const environmentNameRule =
	'must begin with a letter or _, followed by letters, digits and _';
