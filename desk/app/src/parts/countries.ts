/* Countries by the codes that travel documents print (ICAO Doc 9303 part 3, section 5): the three letters of ISO 3166-1,
 * and the few that are ICAO's own. Their names come from the browser, in the language of the page. */

const THREE =
	'adAND aeARE afAFG agATG aiAIA alALB amARM aoAGO aqATA arARG asASM atAUT auAUS awABW axALA azAZE baBIH ' +
	'bbBRB bdBGD beBEL bfBFA bgBGR bhBHR biBDI bjBEN blBLM bmBMU bnBRN boBOL bqBES brBRA bsBHS btBTN bvBVT ' +
	'bwBWA byBLR bzBLZ caCAN ccCCK cdCOD cfCAF cgCOG chCHE ciCIV ckCOK clCHL cmCMR cnCHN coCOL crCRI cuCUB ' +
	'cvCPV cwCUW cxCXR cyCYP czCZE deDEU djDJI dkDNK dmDMA doDOM dzDZA ecECU eeEST egEGY ehESH erERI esESP ' +
	'etETH fiFIN fjFJI fkFLK fmFSM foFRO frFRA gaGAB gbGBR gdGRD geGEO gfGUF ggGGY ghGHA giGIB glGRL gmGMB ' +
	'gnGIN gpGLP gqGNQ grGRC gsSGS gtGTM guGUM gwGNB gyGUY hkHKG hmHMD hnHND hrHRV htHTI huHUN idIDN ieIRL ' +
	'ilISR imIMN inIND ioIOT iqIRQ irIRN isISL itITA jeJEY jmJAM joJOR jpJPN keKEN kgKGZ khKHM kiKIR kmCOM ' +
	'knKNA kpPRK krKOR kwKWT kyCYM kzKAZ laLAO lbLBN lcLCA liLIE lkLKA lrLBR lsLSO ltLTU luLUX lvLVA lyLBY ' +
	'maMAR mcMCO mdMDA meMNE mfMAF mgMDG mhMHL mkMKD mlMLI mmMMR mnMNG moMAC mpMNP mqMTQ mrMRT msMSR mtMLT ' +
	'muMUS mvMDV mwMWI mxMEX myMYS mzMOZ naNAM ncNCL neNER nfNFK ngNGA niNIC nlNLD noNOR npNPL nrNRU nuNIU ' +
	'nzNZL omOMN paPAN pePER pfPYF pgPNG phPHL pkPAK plPOL pmSPM pnPCN prPRI psPSE ptPRT pwPLW pyPRY qaQAT ' +
	'reREU roROU rsSRB ruRUS rwRWA saSAU sbSLB scSYC sdSDN seSWE sgSGP shSHN siSVN sjSJM skSVK slSLE smSMR ' +
	'snSEN soSOM srSUR ssSSD stSTP svSLV sxSXM sySYR szSWZ tcTCA tdTCD tfATF tgTGO thTHA tjTJK tkTKL tlTLS ' +
	'tmTKM tnTUN toTON trTUR ttTTO tvTUV twTWN tzTZA uaUKR ugUGA umUMI usUSA uyURY uzUZB vaVAT vcVCT veVEN ' +
	'vgVGB viVIR vnVNM vuVUT wfWLF wsWSM yeYEM ytMYT zaZAF zmZMB zwZWE';

const OF_DOCUMENTS: Readonly<Record<string, string>> = {
	D: 'de', GBD: 'gb', GBN: 'gb', GBO: 'gb', GBP: 'gb', GBS: 'gb', RKS: 'xk', EUE: 'eu', UNO: 'un', UNA: 'un',
};

const twoOf = new Map<string, string>(THREE.split(' ').map((both) => [both.slice(2), both.slice(0, 2)]));
const threeOf = new Map<string, string>(THREE.split(' ').map((both) => [both.slice(0, 2), both.slice(2)]));

export const COUNTRY_CODES: readonly string[] = [...threeOf.keys(), 'xk'];

/* "MAR" or "D" as "ma" or "de"; what is the code of no country stays as it is. */
export function twoLetters(code: string): string {
	const upper = code.toUpperCase();
	return OF_DOCUMENTS[upper] ?? twoOf.get(upper) ?? (upper.length === 2 ? upper.toLowerCase() : code);
}

export const threeLetters = (two: string): string => threeOf.get(two.toLowerCase()) ?? two.toUpperCase();
