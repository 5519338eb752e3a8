import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

import com.google.refine.model.Cell;
import com.google.refine.model.Column;
import com.google.refine.model.Project;
import com.google.refine.model.Recon;
import com.google.refine.model.ReconCandidate;
import com.google.refine.model.ReconType;
import com.google.refine.model.Row;
import com.google.refine.model.recon.ReconJob;
import com.google.refine.model.recon.ReconciledDataExtensionJob;
import com.google.refine.model.recon.ReconciledDataExtensionJob.DataExtension;
import com.google.refine.model.recon.ReconciledDataExtensionJob.DataExtensionConfig;
import com.google.refine.model.recon.ReconciledDataExtensionJob.DataExtensionProperty;
import com.google.refine.model.recon.StandardReconConfig;
import com.google.refine.model.recon.StandardReconConfig.ColumnDetail;

/** OpenRefine's own code (org.openrefine:main) reconciles a project against the service whose address is the argument,
 * and adds columns from what was matched. Run by tools/openrefine. */
public class OpenRefine {
    static final String SPACE = "https://www.opensanctions.org/reference/#schema";
    static int failures;

    static void expect(String what, Object found, Object expected) {
        boolean same = expected == null ? found == null : expected.equals(found);
        System.out.println((same ? "ok      " : "FAILED  ") + what + (same ? "" : ": " + found + " and not " + expected));
        failures += same ? 0 : 1;
    }

    static Project project(String[][] table) {
        Project project = new Project();
        for (int i = 0; i < table[0].length; i++)
            try {
                project.columnModel.addColumn(i, new Column(i, table[0][i]), false);
            } catch (Exception wrong) {
                throw new RuntimeException(wrong);
            }
        for (int r = 1; r < table.length; r++) {
            Row row = new Row(table[0].length);
            for (int i = 0; i < table[r].length; i++)
                row.setCell(i, new Cell(table[r][i], null));
            project.rows.add(row);
        }
        return project;
    }

    static List<Recon> reconcile(StandardReconConfig config, Project project) {
        List<Recon> all = new ArrayList<>();
        List<ReconJob> jobs = new ArrayList<>();
        int size = config.getBatchSize(project.rows.size());
        for (int r = 0; r < project.rows.size(); r++) {
            Row row = project.rows.get(r);
            jobs.add(config.createJob(project, r, row, "name", row.getCell(0)));
            if (jobs.size() == size || r + 1 == project.rows.size()) {
                all.addAll(config.batchRecon(jobs, 1));
                jobs.clear();
            }
        }
        return all;
    }

    static ReconCandidate best(Recon recon) {
        return recon == null || recon.candidates == null || recon.candidates.isEmpty() ? null : recon.candidates.get(0);
    }

    static String id(Recon recon) {
        return best(recon) == null ? null : best(recon).id;
    }

    public static void main(String[] words) throws Exception {
        String service = words[0] + "reconcile/default";
        Project project = project(new String[][] {{"name", "born", "country"},
            {"Wiktor Kusnedelew", "1971-03-14", "Belarus"},
            {"Виктор Кузнеделев", "1930", "fr"},
            {"Salma Benrahhou", "1984", "ma"},
            {"Nobody Whatsoever", "", ""},
            {"赵明轩", "1990-11", "cn"}});
        List<ColumnDetail> columns = Arrays.asList(
            new ColumnDetail("born", "Birth date", "Person:birthDate", null),
            new ColumnDetail("country", "Nationality", "Person:nationality", null));
        StandardReconConfig config = new StandardReconConfig(service, SPACE, SPACE, "Person", "People", true, columns, 5);
        List<Recon> found = reconcile(config, project);
        expect("every row is answered", found.size(), 5);
        expect("another spelling is found", id(found.get(0)), "inv-1");
        expect("and matched by itself", found.get(0).judgment, Recon.Judgment.Matched);
        expect("under its name on the list", best(found.get(0)).name, "Viktor Kuznedelev");
        expect("as a person", Arrays.asList(best(found.get(0)).types), Arrays.asList("Person"));
        expect("another script, another birth: the same person is offered", id(found.get(1)), "inv-1");
        expect("with a lower score", best(found.get(1)).score < best(found.get(0)).score, true);
        expect("Arabic on the list, Latin in the table", id(found.get(2)), "inv-2");
        expect("nobody", id(found.get(3)), null);
        expect("Chinese", id(found.get(4)), "inv-3");
        for (Recon recon : found)
            expect("no error", recon.error, null);

        config = new StandardReconConfig(service, SPACE, SPACE, (String) null, null, false, new ArrayList<>(), 0);
        found = reconcile(config, project(new String[][] {{"name"}, {"Golden Pelikan"}, {"Quelmond Trading"}}));
        expect("a ship without a type", id(found.get(0)), "inv-5");
        expect("a company without a type", id(found.get(1)), "inv-4");
        expect("nothing is matched unasked", found.get(0).judgment, Recon.Judgment.None);

        DataExtensionConfig wanted = new DataExtensionConfig(Arrays.asList(
            new DataExtensionProperty("nationality", "Nationality", null), new DataExtensionProperty("birthDate", "Birth date", null)));
        Map<String, ReconCandidate> candidates = new HashMap<>();
        Map<String, DataExtension> rows = new ReconciledDataExtensionJob(wanted, service)
            .extend(new HashSet<>(Arrays.asList("inv-1", "inv-2")), candidates);
        expect("a column of nationalities", rows.get("inv-1").data[0][0], "Belarus");
        expect("a column of birth dates", String.valueOf(rows.get("inv-2").data[0][1]), "1984");
        System.out.println(failures == 0 ? "all as OpenRefine expects it" : failures + " failed");
        System.exit(failures == 0 ? 0 : 1);
    }
}
