/* Invented notices for the tests of this folder. Nobody of them exists. */
#ifndef JISR_TESTS_NOTICES_NOTICE_SAMPLE_H
#define JISR_TESTS_NOTICES_NOTICE_SAMPLE_H

#define SAMPLE_HASH  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SAMPLE_HASH2 "f0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

#define SAMPLE_RED                                                                                                             \
	"{\"colour\":\"red\",\"subject\":\"person\",\"source_language\":\"fr\",\"name\":\"BENRAHHOU\",\"forename\":"           \
	"\"Salma\","                                                                                                           \
	"\"names\":[{\"text\":\"سلمى بنرحو\",\"kind\":\"original\"},{\"text\":\"Selma Alaoui\",\"kind\":\"alias\"}]," \
	"\"sex\":\"F\",\"birth\":{\"date\":\"1984-02-29\",\"place\":\"Nowhere\",\"country\":\"MA\"},"                          \
	"\"nationalities\":[\"MA\",\"FR\"],"                                                                                   \
	"\"height\":1.68,\"weight\":61.5,\"eyes\":[\"BROH\"],\"hair\":[\"BLA\"],\"marks\":\"scar on the left hand\","          \
	"\"languages\":[\"ARA\",\"FRE\"],\"documents\":[{\"kind\":\"passport\",\"number\":\"ZZ1234567\",\"country\":"          \
	"\"MA\"}],"                                                                                                            \
	"\"photographs\":[\"" SAMPLE_HASH "\",\"" SAMPLE_HASH2                                                                 \
	"\"],\"status\":\"charged\",\"crimes\":[\"FIN\",\"ORG\"],"                                                             \
	"\"warrants\":[{\"country\":\"MA\",\"authority\":\"Tribunal of "                                                       \
	"Nowhere\",\"reference\":\"12/2026\",\"date\":\"2026-01-15\","                                                         \
	"\"purpose\":\"prosecution\",\"charge\":\"1. Fraud\\n2. Forgery\",\"law\":\"articles 540 and "                         \
	"354\",\"maximum_penalty_months\":60}],"                                                                               \
	"\"extradition\":{\"assured\":true,\"countries\":[\"FR\",\"ES\"]},\"warnings\":[\"escape\"],"                          \
	"\"summary\":{\"fr\":\"Le 3 mars 2025, à Nulle-Part.\",\"ar\":\"في 3 مارس 2025.\"}}"

#define SAMPLE_YELLOW                                                                                                  \
	"{\"colour\":\"yellow\",\"subject\":\"person\",\"source_language\":\"en\",\"name\":\"OSLOMUND\",\"sex\":"      \
	"\"M\","                                                                                                       \
	"\"birth\":{\"date\":\"2011-05\"},\"parents\":{\"mother_name\":\"Tarvik\"},\"names\":[{\"text\":\"Tarwik\","   \
	"\"kind\":\"birth\"}],"                                                                                        \
	"\"photographs\":[\"" SAMPLE_HASH                                                                              \
	"\"],\"status\":\"missing\",\"event\":{\"date\":\"2026-03-14\",\"place\":\"Nowhere\",\"country\":\"IS\"},"     \
	"\"summary\":{\"en\":\"Last seen at the harbour.\"}}"

#define SAMPLE_UN                                                                                                      \
	"{\"colour\":\"un\",\"subject\":\"entity\",\"source_language\":\"en\",\"name\":\"Quelmond "                    \
	"Trading\",\"status\":\"sanctioned\","                                                                         \
	"\"un\":{\"reference\":\"INe.001\",\"reference_date\":\"2021-12-29\",\"resolution\":1267,\"measures\":["       \
	"\"freeze\"],"                                                                                                 \
	"\"addresses\":[\"1 Nowhere Street\"]},\"summary\":{\"en\":\"Invented.\"}}"

#endif
