/** One resource a token speaks for, as docker-registry reads it. */
export interface Access {
	type: string;
	name: string;
	actions: string[];
}

/**
 * Parses the `scope` parameters of a token request: `repository:v2/<hash>:pull,push`, several to a parameter allowed.
 * What has not this form is left out.
 */
export function parseScopes(parameter: unknown): Access[] {
	const texts = Array.isArray(parameter) ? parameter : [parameter];
	return texts
		.filter((text) => typeof text === 'string')
		.flatMap((text) => text.split(' '))
		.flatMap((text) => {
			const match = /^([a-z]+):(.+):([a-z,*]*)$/.exec(text);
			if (match === null) return [];
			const [, type = '', name = '', actions = ''] = match;
			return [{ type, name, actions: actions.split(',').filter((action) => action !== '') }];
		});
}
