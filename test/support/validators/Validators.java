import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilderFactory;
import org.mustangproject.validator.ZUGFeRDValidator;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * Judges documents for as long as its standard input is open: a line of JSON asks (check, name, content in base64), a
 * line of JSON answers, in the order of asking. Rules are compiled by the first document of a kind; the others wait for
 * nothing, which is why one process judges all of a test file.
 */
public final class Validators {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    // Answers alone go out: libraries that print do so beside them.
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    VeraGreenfieldFoundryProvider.initialise();
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null; ) {
      ObjectNode answer = JSON.createObjectNode();
      try {
        JsonNode asked = JSON.readTree(line);
        byte[] content = Base64.getDecoder().decode(asked.get("content").asText());
        String check = asked.get("check").asText();
        if (check.equals("invoice")) judgeInvoice(answer, content, asked.get("name").asText());
        else judgePdf(answer, content, PDFAFlavour.fromString(check));
      } catch (Exception failure) {
        answer.removeAll();
        answer.put("failure", failure.toString());
      }
      answers.println(JSON.writeValueAsString(answer));
    }
  }

  /** Mustang: of a PDF the XML inside too, and how it is attached. */
  private static void judgeInvoice(ObjectNode answer, byte[] content, String name) throws Exception {
    var validator = new ZUGFeRDValidator();
    // Notices are those of the German XRechnung.
    validator.disableNotices();
    String report = validator.validate(content, name);
    var documents = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    Element root = documents.parse(new InputSource(new StringReader(report))).getDocumentElement();
    answer.put("valid", validator.wasCompletelyValid());
    answer.put("fired", numberOf(root.getElementsByTagName("fired")));
    ArrayNode findings = answer.putArray("findings");
    for (String severity : new String[] {"exception", "fatal", "error", "warning"}) {
      NodeList told = root.getElementsByTagName(severity);
      for (int at = 0; at < told.getLength(); at += 1) {
        findings.add(severity + ": " + told.item(at).getTextContent().strip());
      }
    }
  }

  private static int numberOf(NodeList elements) {
    return elements.getLength() == 0 ? 0 : Integer.parseInt(elements.item(0).getTextContent().strip());
  }

  /** veraPDF, for one flavour, whatever the document declares itself. */
  private static void judgePdf(ObjectNode answer, byte[] content, PDFAFlavour flavour) throws Exception {
    var foundry = Foundries.defaultInstance();
    try (var parser = foundry.createParser(new ByteArrayInputStream(content), flavour);
        var validator = foundry.createValidator(flavour, false)) {
      var result = validator.validate(parser);
      answer.put("valid", result.isCompliant());
      answer.put("fired", result.getTotalAssertions());
      ArrayNode findings = answer.putArray("findings");
      for (var failed : result.getTestAssertions()) {
        findings.add(failed.getRuleId().getClause() + "-" + failed.getRuleId().getTestNumber() + ": " + failed.getMessage());
      }
    }
  }
}
