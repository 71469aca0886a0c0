/**
 * First of ten ports for each scenario's device. All lie below 32768, from where Linux takes the near end of any
 * connection: one that somebody on this computer happens to have open would be in the way of a port above.
 */
export const firstPorts = {
	device: 21_100,
	localMode: 21_110,
	localModeCloud: 21_120,
	osStart: 21_130,
	contract: 21_140,
	host: 21_150,
	bench: 21_160,
};
