import { expect } from 'chai';
import semver from 'semver';
import { version, withBuild } from './version.ts';

describe('version', () => {
	it('must be a release number that command-line clients accept, with a build behind it or not', () => {
		for (const build of [undefined, 'dev', '2026-11-20.1']) {
			const told = withBuild(version, build);
			expect(semver.prerelease(told), told).to.equal(null);
			expect(semver.satisfies(told, '>=9.7.0'), told).to.equal(true);
		}
		expect(withBuild('19.0.5', 'dev')).to.equal('19.0.5+dev');
	});
});
