import { readFileSync } from 'node:fs';

declare const __VERSION__: string | undefined;

/** The version of this build: a release number without a pre-release tail, as clients compare it. */
export const version = typeof __VERSION__ === 'string' ? __VERSION__ : fromPackage();

/** The version with the name of a build behind a plus sign, which does not count when versions are compared. */
export function withBuild(release: string, build: string | undefined): string {
	return build === undefined ? release : `${release}+${build}`;
}

/** For a run from source, where the build has put nothing in. */
function fromPackage(): string {
	const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
	return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '0.0.0';
}
