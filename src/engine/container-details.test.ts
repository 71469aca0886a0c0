import { expect } from 'chai';
import { toContainerDetails } from './container-details.ts';

describe('toContainerDetails', () => {
	const megabyte = 1024 * 1024;
	const cases = [
		{ Type: 'json-file', Config: { 'max-size': '10m' }, isLogRotated: true, bytes: 10 * megabyte },
		{ Type: 'json-file', Config: { 'max-size': '20kb' }, isLogRotated: true, bytes: 20 * 1024 },
		{
			Type: 'json-file',
			Config: { 'max-size': '1.5M' },
			isLogRotated: true,
			bytes: 1.5 * megabyte,
		},
		{ Type: 'json-file', Config: { 'max-size': '65536' }, isLogRotated: true, bytes: 65_536 },
		{ Type: 'json-file', Config: { 'max-size': '-1' }, isLogRotated: true, bytes: undefined },
		{ Type: 'json-file', Config: {}, isLogRotated: false, bytes: undefined },
		{ Type: 'local', Config: null, isLogRotated: true, bytes: 20 * megabyte },
		{ Type: 'journald', Config: {}, isLogRotated: false, bytes: undefined },
	];
	for (const { isLogRotated, bytes, ...LogConfig } of cases) {
		it(`must tell how large a file of the log gets: ${JSON.stringify(LogConfig)}`, () => {
			const details = toContainerDetails({ Id: 'a', HostConfig: { LogConfig } });
			expect(details).to.include({ isLogRotated, logFileBytes: bytes });
		});
	}
});
