/** What files can be read as. */
export const FORMATS = ['rules', 'file-sd', 'prometheus', 'ansible', 'csv', 'config-server'] as const;
export type Format = (typeof FORMATS)[number];
