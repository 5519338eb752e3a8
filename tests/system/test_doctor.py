"""What `jisr doctor` says of installations that are well and of those that are not."""

import os
import unittest

from program import ProgramTest


class Doctor(ProgramTest):
    def findings(self, *words, status=0):
        answer = self.jisr("doctor", "--json", *words, status=status).json()
        self.assertEqual(answer["mend"], sum(line["finding"] == "mend" for line in answer["findings"]))
        return {line["what"]: (line["finding"], line["says"]) for line in reversed(answer["findings"])}

    def test_what_is_well_and_what_is_not(self):
        nothing = self.jisr("doctor", status=1)
        self.assertIn("is not there", nothing.out)
        self.assertFalse(os.path.exists(self.data), "it makes nothing")

        self.jisr("init", "test.invalid/record")
        found = self.findings()
        self.assertEqual([found[what][0] for what in ("directory", "keys", "record")], ["good"] * 3)
        self.assertEqual(found["lists"][0], "look")
        self.assertIn("test.invalid/record", found["record"][1])

        keys = os.path.join(self.data, "keys")
        os.chmod(os.path.join(keys, "log.key"), 0o644)
        os.chmod(self.data, 0o755)
        found = self.findings(status=1)
        self.assertIn("chmod", found["keys"][1])
        self.assertEqual(found["directory"][0], "mend")
        os.chmod(os.path.join(keys, "log.key"), 0o600)
        os.chmod(self.data, 0o700)

        with open(os.path.join(self.data, "lists.json"), "w", encoding="utf-8") as file:
            file.write("{")
        self.assertEqual(self.findings(status=1)["lists"][0], "mend")

    def test_settings_and_certificate(self):
        self.jisr("init", "test.invalid/record")
        path = os.path.join(self.folder, "serve.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("conections = 5\n")
        self.assertIn("serve.conf:1", self.findings("--config", path, status=1)["settings"][1])
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"tls-certificate = {self.folder}/none.pem\ntls-key = {self.folder}/none.key\nconfine = no\n")
        found = self.findings("--config", path, status=1)
        self.assertEqual(found["certificate"][0], "mend")
        self.assertIn("confine = no", self.jisr("doctor", "--config", path, status=1).out)


if __name__ == "__main__":
    unittest.main()
