import { readFileSync } from 'node:fs';

declare const __VERSION__: string | undefined;

/** The version of this build: a release number without a pre-release tail, as clients compare it. */
export const version = typeof __VERSION__ === 'string' ? __VERSION__ : fromPackage();

/** For a run from source, where the build has put nothing in. */
function fromPackage(): string {
	const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
	return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '0.0.0';
}
